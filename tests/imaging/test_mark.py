"""The label of test pictures."""

import numpy as np
import pytest
from PIL import Image

from tryon.imaging.mark import mark_as_test


@pytest.mark.parametrize("ground", ["white", "black", (128, 128, 128)])
@pytest.mark.parametrize("size", [(400, 500), (1600, 2200), (2200, 300)])
def test_the_label_is_small_bottom_right_and_legible_on_any_ground(
    size: tuple[int, int], ground: str | tuple[int, int, int]
) -> None:
    plain = Image.new("RGB", size, ground)
    marked = mark_as_test(plain)
    changed = np.abs(np.asarray(marked, int) - np.asarray(plain, int)).max(axis=2) > 8
    rows, columns = np.nonzero(changed)
    assert 0.0005 < changed.mean() < 0.03
    assert columns.max() > size[0] * 0.95
    assert rows.min() > size[1] * 0.85
    label = np.asarray(marked.convert("L"), int)[rows.min() : rows.max(), columns.min() : columns.max()]
    assert np.percentile(label, 97) - np.percentile(label, 30) > 140


def test_the_picture_given_is_left_alone() -> None:
    plain = Image.new("RGB", (400, 500), "white")
    mark_as_test(plain)
    assert plain.getextrema() == ((255, 255),) * 3
