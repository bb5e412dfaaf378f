"""The label that a deep neckline shows: worn, it is behind the neck."""

import numpy as np

from tryon.engines.local.neck_label import label_in_deep_neckline, without_label

CURVE = np.array([(100, 40), (130, 90), (165, 138), (200, 140), (235, 138), (270, 90), (300, 40)], np.float32)


def _camisole(label: tuple[int, int, int]) -> np.ndarray:
    """Dark lace with pale meshes below CURVE, and a label 24 px wide under the curve's lowest part."""
    picture = np.full((400, 400, 3), (30, 28, 30), np.uint8)
    picture[::4, ::3] = (240, 240, 240)
    picture[144:154, 188:212] = label
    return picture


def test_a_label_in_a_deep_neckline_is_taken_off() -> None:
    label = label_in_deep_neckline(_camisole((244, 244, 242)), CURVE)
    assert label is not None
    rows = np.arange(400)[:, None]
    inside = rows > np.interp(np.arange(400), CURVE[:, 0], CURVE[:, 1])
    opacity, neckline = without_label(inside.astype(np.float32), CURVE, label)
    assert opacity[:154, 188:212].max() == 0
    assert opacity[160:, 188:212].min() == 1
    assert (opacity[100:, 130:150] == inside[100:, 130:150]).all()
    assert neckline[3, 1] > 153


def test_a_button_or_a_print_below_a_deep_neckline_stays() -> None:
    assert label_in_deep_neckline(_camisole((120, 80, 50)), CURVE) is None


def test_pale_cloth_below_a_deep_neckline_is_no_label() -> None:
    assert label_in_deep_neckline(np.full((400, 400, 3), 244, np.uint8), CURVE) is None
