"""The edges of a sleeve: around a sharply bent elbow the inner one neither crowds nor goes back, and on a bare arm the
outer one lies on its outline."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.pattern import SleeveOutline
from tryon.engines.local.sleeve_target import over_bare_arm, without_loops

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


def test_the_outer_edge_goes_out_to_a_bare_arm_s_own_outline() -> None:
    labels = np.zeros((200, 200), np.uint8)
    labels[20:180, 60:112] = BodyLabel.ARM
    labels[100:180, 60:112] = BodyLabel.TOP
    person = cast(PersonAnalysis, SimpleNamespace(labels=labels, matte=(labels > 0).astype(np.float32)))
    rows = np.linspace(30.0, 170.0, 12)
    edge = SleeveOutline(*(np.stack([np.full(12, x), rows], axis=1).astype(np.float32) for x in (100.0, 60.0)))
    laid = over_bare_arm(person, edge, 200.0)
    assert laid.outer[0] == pytest.approx(edge.outer[0])
    assert laid.outer[1:5, 0] == pytest.approx(np.full(4, 112.0), abs=1.5)
    assert laid.outer[8:] == pytest.approx(edge.outer[8:], abs=0.1)
    assert laid.inner is edge.inner
    narrow = over_bare_arm(person, edge, 60.0)
    assert narrow.outer == pytest.approx(edge.outer)
