"""Where sleeves end on a model, and what is only shade on an arm."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.top_labels import has_border
from tryon.engines.local.worn_ends import with_sleeves_ending, without_legs

PHOTO = "people/3_posture.jpg"


@pytest.fixture(scope="module")
def person() -> PersonAnalysis:
    return person_of(PHOTO)


@pytest.fixture(scope="module")
def figure(person: PersonAnalysis) -> Figure:
    return measure_figure(person)


@pytest.mark.parametrize(("sharp", "border"), [(True, True), (False, False)])
def test_a_collar_has_a_border_and_shade_has_none(sharp: bool, border: bool) -> None:
    across = np.linspace(0, 1.4, 200, dtype=np.float32)
    unlike = np.tile(np.where(across > 0.6, 1.2, 0.1) if sharp else across, (60, 1)).astype(np.float32)
    piece = unlike > 0.6
    assert has_border(piece, ~piece, unlike, 6) is border


def test_a_sleeve_ends_where_its_cloth_does(person: PersonAnalysis, figure: Figure) -> None:
    cloth = person.labels == BodyLabel.TOP
    whole = with_sleeves_ending(person, figure, cloth)
    elbow = float(np.mean([arm.path[8][1] for arm in figure.arms.values()]))
    short = cloth.copy()
    short[int(elbow) :] = False
    bare = replace(person, labels=np.zeros_like(person.labels))
    for side, arm in with_sleeves_ending(bare, figure, short).arms.items():
        assert arm.cuff < 0.55
        assert arm.cuff < whole.arms[side].cuff
        assert figure.arms[side].cuff - 0.15 < whole.arms[side].cuff <= figure.arms[side].cuff


def test_no_dress_goes_on_down_one_leg(figure: Figure, person: PersonAnalysis) -> None:
    x, y = (round(float(v)) for v in figure.hip_middle)
    dress = np.zeros(person.labels.shape, bool)
    dress[y - 80 : y + 60, x - 60 : x + 60] = True
    leg = dress.copy()
    leg[y + 60 : y + 100, x + 20 : x + 50] = True
    assert np.array_equal(without_legs(figure, leg), dress)
    assert np.array_equal(without_legs(figure, dress), dress)
