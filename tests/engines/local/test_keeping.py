"""What the engine keeps of its analyses comes back the same, and what is damaged or foreign is simply not there."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import NETWORKS, asset, eyes
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.local.engine import VERSION, LocalEngine, read_picture
from tryon.engines.local.keeping import unpack_garment, unpack_person

DEMO_DRESS = Path(__file__).parents[3] / "static" / "demo" / "products" / "dresses" / "1_front.jpg"
PHOTO = asset("people/3_posture.jpg").read_bytes()
SHIRT = Garment(asset("clothes/shirts/1_front.jpg").read_bytes(), "tops")
TROUSERS = Garment(asset("clothes/pants/2_front.jpg").read_bytes(), "bottoms")
DRESS = Garment(DEMO_DRESS.read_bytes(), "dresses")
SMALL_ENOUGH_BYTES = 300_000


@pytest.fixture(scope="module")
def kept() -> tuple[bytes, bytes]:
    eyes()
    engine = LocalEngine(NETWORKS)
    garment = engine.prepare_garment(SHIRT)
    assert garment is not None
    return engine.prepare_person(PHOTO), garment


@pytest.mark.parametrize("garment", [SHIRT, TROUSERS, DRESS], ids=lambda garment: garment.category)
def test_a_picture_made_from_what_was_kept_is_the_very_same(kept: tuple[bytes, bytes], garment: Garment) -> None:
    found_out = LocalEngine(NETWORKS).dress(TryOnRequest(PHOTO, (garment,)))
    engine = LocalEngine(NETWORKS)
    prepared = replace(garment, prepared=engine.prepare_garment(garment))
    from_kept = engine.dress(TryOnRequest(PHOTO, (prepared,), prepared_person=kept[0]))
    first, second = (cv2.imdecode(np.frombuffer(r.picture, np.uint8), 1) for r in (found_out, from_kept))
    assert np.array_equal(first, second)
    assert from_kept.seconds["person"] < found_out.seconds["person"] / 2


def test_what_is_kept_of_a_person_is_tidied_for_every_kind_of_clothes(kept: tuple[bytes, bytes]) -> None:
    photo = read_picture(PHOTO)
    assert photo is not None
    person = unpack_person(kept[0], photo, VERSION)
    assert person is not None
    assert set(person.tidied) == {"tops", "bottoms", "dresses"}


def test_what_is_kept_of_a_person_is_small_and_holds_no_picture(kept: tuple[bytes, bytes]) -> None:
    assert len(kept[0]) < SMALL_ENOUGH_BYTES
    assert b"PNG" not in kept[0]


def test_damaged_foreign_or_older_bytes_are_not_there(kept: tuple[bytes, bytes]) -> None:
    photo = read_picture(PHOTO)
    assert photo is not None
    person, garment = kept
    assert unpack_person(person, photo, VERSION) is not None
    for data in (b"", b"x", person[: len(person) // 2], garment, person.replace(b"PK", b"XX")):
        assert unpack_person(data, photo, VERSION) is None
    assert unpack_person(person, photo, "0") is None
    assert unpack_person(person, photo[:-1], VERSION) is None, "a photo of another size"
    for data in (b"", garment[:-200], person):
        assert unpack_garment(data, VERSION) is None
