"""The inner edge of a sleeve around a sharply bent elbow: its points neither crowd nor go back."""

import numpy as np
import pytest

from tryon.engines.local.sleeve_target import without_loops

OUTER = np.stack([np.linspace(0.0, 110.0, 12), np.zeros(12)], axis=1)


def _inner(x: list[float]) -> np.ndarray:
    return np.stack([np.asarray(x), np.full(len(x), 40.0)], axis=1)


def test_an_edge_that_goes_on_stays_as_it_is() -> None:
    inner = _inner(list(np.linspace(0.0, 60.0, 12)))
    assert without_loops(inner, OUTER) is inner


@pytest.mark.parametrize("end", [30.0, 70.0])
def test_an_edge_that_goes_back_is_laid_evenly_between_its_ends(end: float) -> None:
    inner = _inner([0, 10, 20, 30, 40, 50, 60, 58, 55, 50, 45, end])
    even = without_loops(inner, OUTER)
    assert even[0] == pytest.approx(inner[0])
    assert even[-1] == pytest.approx(inner[-1])
    steps = np.diff(even[:, 0])
    assert steps.min() > 0
    assert steps.max() == pytest.approx(steps.min())
