"""Light from the side, read off face and top."""

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bare_side_light import MOST, across_the_trunk, light_from_the_right
from tryon.engines.local.figure import measure_figure


def _lit(slope: float) -> tuple[np.ndarray, np.ndarray]:
    """Labels and light of a face over a top, that are brighter to the right by `slope` (log) over half their width."""
    labels = np.zeros((120, 100), np.uint8)
    labels[10:40, 30:70], labels[50:110, 10:90] = BodyLabel.HEAD, BodyLabel.TOP
    columns = np.arange(100, dtype=np.float32)
    light = np.exp(np.where(np.arange(120)[:, None] < 45, slope * (columns - 50) / 20, slope * (columns - 50) / 40))
    return labels, np.repeat((0.3 * light).astype(np.float32)[..., None], 3, axis=2)


def test_face_and_top_tell_from_which_side_the_light_falls() -> None:
    right, left, none = (light_from_the_right(*_lit(slope)) for slope in (0.3, -0.3, 0.0))
    assert right > 0.1
    assert left < -0.1
    assert abs(none) < 0.01
    assert light_from_the_right(*_lit(3.0)) == MOST


def test_without_face_and_top_it_is_not_known() -> None:
    labels, light = _lit(0.5)
    assert light_from_the_right(np.zeros_like(labels), light) == 0.0


def test_the_trunk_is_brighter_towards_the_light() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    field = across_the_trunk(figure, person.labels.shape, 0.2)
    row = field[int(figure.shoulder_middle[1])]
    middle, aside = int(figure.shoulder_middle[0]), int(0.4 * figure.unit)
    assert row[middle - aside] < -0.05 < 0.05 < row[middle + aside]
