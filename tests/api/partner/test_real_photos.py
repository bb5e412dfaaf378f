"""What the real engine's eyes say of uploads, as the API tells it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.api.conftest import Caller
from tests.api.partner.test_user_models import upload
from tests.pictures import card, openvto_folder, person, shirt
from tryon.engines.local.engine import LocalEngine
from tryon.wiring import tools


@pytest.fixture(scope="module")
def real_engine(networks_folder: Path) -> LocalEngine:
    return LocalEngine(networks_folder)


@pytest.fixture(autouse=True)
def use_real_engine(quick_engine: object, real_engine: LocalEngine) -> None:
    tools().use_engine(real_engine)


def jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def open_person(number: int) -> Image.Image:
    return Image.open(io.BytesIO(person(number)))


def two_people() -> bytes:
    left, right = open_person(3), open_person(4).resize((768, 1376))
    together = Image.new("RGB", (768 * 2, 1376))
    together.paste(left, (0, 0))
    together.paste(right, (768, 0))
    return jpeg(together)


def a_selfie() -> bytes:
    """Face and shoulders only."""
    return (openvto_folder() / "people" / "3_selfie.jpg").read_bytes()


def lying_down() -> bytes:
    return jpeg(open_person(3).rotate(45, expand=True))


def far_away() -> bytes:
    """The whole room is in the photo, and the person a few dozen pixels wide."""
    return jpeg(open_person(1).resize((384, 512)))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_person_who_faces_the_camera_is_accepted(as_shopper: Caller, number: int) -> None:
    answer = upload(as_shopper, person(number))
    assert answer.status_code == 201, answer.json
    assert answer.json["body"]["view"] == "front"
    assert {"head", "torso", "hips"} <= set(answer.json["body"]["visible"])
    assert all(check["ok"] for check in answer.json["checks"])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: card("white"), "no_person_found"),
        (lambda: shirt(3), "no_person_found"),
        (two_people, "several_people"),
        (a_selfie, "pose_not_supported"),
        (lying_down, "pose_not_supported"),
        (far_away, "pose_not_supported"),
    ],
    ids=["a plain wall", "a shirt lying flat", "two people", "a selfie", "lying down", "far away"],
)
def test_a_photo_that_can_not_be_used_is_refused_with_a_sentence(
    as_shopper: Caller, make: Callable[[], bytes], code: str
) -> None:
    answer = upload(as_shopper, make())
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["detail"].endswith(".")
    assert list(tools().storage.keys("photos/")) != [], "the photo given before is still there"
    assert len(list(tools().storage.keys("photos/"))) == 1, "nothing of the refused one is kept"
