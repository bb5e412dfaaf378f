"""Whether skin tones are told apart, and whether an unfair engine is called unfair."""

from pathlib import Path

import numpy as np
import pytest

from tryon.engines.local.lab.fairness import Treatment, by_group, is_fair, treatments
from tryon.engines.local.lab.folders import Combination
from tryon.engines.local.lab.recorder import Outcome
from tryon.engines.local.lab.skin_tones import MONK_TONES, group_of, monk_tone
from tryon.engines.local.linear import to_lab

LIGHT, DARK = 4, 8


@pytest.mark.parametrize("tone", range(1, 11))
def test_every_swatch_of_the_scale_is_its_own_tone(tone: int) -> None:
    assert monk_tone(to_lab(np.asarray(MONK_TONES[tone - 1], np.uint8))) == tone


def test_light_medium_and_dark_tones_are_counted_apart() -> None:
    assert [group_of(tone) for tone in (1, 5, 6, 7, 10)] == [
        "light, 1 to 5", "light, 1 to 5", "medium, 6", "dark, 7 to 10", "dark, 7 to 10",
    ]  # fmt: skip


def test_a_person_s_refusals_and_colour_errors_are_gathered_over_all_products() -> None:
    ann, ben, nobody = Path("ann.jpg"), Path("ben.jpg"), Path("nobody.jpg")
    combinations = [Combination(who, Path(f"{n}.jpg"), "tops") for who in (ann, ben, nobody) for n in range(2)]
    good, bad = Outcome(scores={"colour_error": 2.0}), Outcome(scores={"colour_error": 4.0})
    refused = Outcome(code="engine_low_quality", reason="folded=0.1")
    found = treatments({ann: LIGHT, ben: DARK}, combinations, [good, bad, refused, refused, good, good])
    assert found == {ann: Treatment(LIGHT, 2, 0.0, 3.0), ben: Treatment(DARK, 2, 1.0, None)}


def test_an_engine_that_fails_dark_skin_more_often_is_not_fair() -> None:
    light = [Treatment(LIGHT, 10, refused, 2.0) for refused in (0.0, 0.1)]
    dark = [Treatment(DARK, 10, refused, 2.0) for refused in (0.4, 0.5)]
    assert not is_fair(by_group(light + dark))


def test_an_engine_that_darkens_garments_on_dark_skin_is_not_fair() -> None:
    light = [Treatment(LIGHT, 10, 0.0, error) for error in (2.0, 2.4)]
    dark = [Treatment(DARK, 10, 0.0, error) for error in (4.0, 4.4)]
    assert not is_fair(by_group(light + dark))


def test_an_engine_whose_people_differ_more_than_its_groups_is_fair() -> None:
    light = [Treatment(LIGHT, 10, 0.1, error) for error in (1.0, 3.0)]
    dark = [Treatment(DARK, 10, 0.1, error) for error in (1.2, 3.3)]
    groups = by_group(light + dark)
    assert is_fair(groups)
    assert [(group.people, group.tries) for group in groups] == [(2, 20), (2, 20)]
