"""Labels are tidied once for each kind of clothes, and used only for the part of the photo they belong to."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.afterwards import person_afterwards
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.bottoms_dressing import tidied_for_bottom
from tryon.engines.local.dressing import crop_person, tidied_for_top
from tryon.engines.local.tidying import tidied_once


@pytest.fixture
def person() -> PersonAnalysis:
    return replace(person_of("people/3_posture.jpg"))


def without_hair(part: PersonAnalysis) -> PersonAnalysis:
    return replace(part, labels=np.where(part.labels == BodyLabel.HAIR, np.uint8(BodyLabel.TOP), part.labels))


def refuse(part: PersonAnalysis) -> PersonAnalysis:
    raise AssertionError("tidied twice")


def test_the_second_product_of_a_kind_finds_the_labels_tidied(person: PersonAnalysis) -> None:
    first = tidied_once(person, "tops", person, without_hair)
    second = tidied_once(person, "tops", person, refuse)
    assert np.array_equal(first.labels, second.labels)
    assert not (second.labels == BodyLabel.HAIR).any()


def test_each_kind_of_clothes_has_its_own(person: PersonAnalysis) -> None:
    tidied_once(person, "tops", person, without_hair)
    with pytest.raises(AssertionError, match="tidied twice"):
        tidied_once(person, "bottoms", person, refuse)


def test_labels_of_another_part_are_not_used(person: PersonAnalysis) -> None:
    tidied_once(person, "tops", person, without_hair)
    other = crop_person(person, (10, 10, 200, 300))
    assert tidied_once(person, "tops", other, without_hair).labels.shape == (290, 190)


def test_what_was_found_in_the_background_becomes_opaque(person: PersonAnalysis) -> None:
    corner = np.s_[:5, :5]
    assert (person.labels[corner] == BodyLabel.BACKGROUND).all()

    def trouser_in_the_corner(part: PersonAnalysis) -> PersonAnalysis:
        labels = part.labels.copy()
        labels[corner] = BodyLabel.BOTTOM
        return replace(part, labels=labels)

    found = tidied_once(person, "bottoms", person, trouser_in_the_corner)
    assert (found.matte[corner] == 1).all()
    assert np.array_equal(found.matte[5:], person.matte[5:])


def test_who_has_put_something_on_is_looked_at_again(person: PersonAnalysis) -> None:
    tidied_for_top(person)
    tidied_for_bottom(person)
    assert set(person.tidied) == {"tops", "bottoms"}
    assert not person_afterwards(person, person.picture, None).tidied
