import re
from pathlib import Path

import pytest
from flask import Flask

from tryon.config import PROJECT_ROOT
from tryon.engines.local.heads import FACE_MESSAGES
from tryon.engines.local.person import MESSAGES
from tryon.errors import Conflict, ImageTooLarge, PhotoRejected
from tryon.pages.photo_words import FAILED, OTHERWISE, PASSED, REFUSED, UNFIT, check_words, refusal_words


def failed(code: str, ok: bool = False) -> dict[str, object]:
    return {"code": code, "ok": ok, "message": "For the API."}


@pytest.mark.usefixtures("app")
def test_every_check_of_our_engine_has_words_of_ours() -> None:
    assert MESSAGES.keys() | FACE_MESSAGES.keys() | {"photo_readable"} == FAILED.keys()
    assert PASSED.keys() <= FAILED.keys()


def test_a_check_of_another_engine_is_told_in_a_general_sentence(app: Flask) -> None:
    with app.test_request_context():
        assert check_words(failed("colour_of_socks")) == UNFIT
        assert check_words(failed("colour_of_socks", ok=True)) == ""


def test_a_rejected_photo_is_explained_by_the_check_that_failed_first(app: Flask) -> None:
    checks = [failed("person_visible", ok=True), failed("upright"), failed("feet_visible")]
    with app.test_request_context():
        title, sentence = refusal_words(PhotoRejected("For the API.", code="pose_not_supported", checks=checks))
        assert (title, sentence) == ("This photo won’t work", FAILED["upright"])
        assert refusal_words(PhotoRejected("For the API.", code="new"))[1] == UNFIT


def test_other_refusals_are_told_by_their_code(app: Flask) -> None:
    with app.test_request_context():
        assert refusal_words(ImageTooLarge()) == REFUSED["image_too_large"]
        assert refusal_words(Conflict("For the API.", code="session_over")) == OTHERWISE


def test_every_refusal_of_a_photo_in_the_domain_has_words() -> None:
    folders = (PROJECT_ROOT / "tryon" / room for room in ("imaging", "shoppers"))
    text = "".join(path.read_text() for folder in folders for path in Path(folder).glob("*.py"))
    assert set(re.findall(r'code="(\w+_required)"', text)) <= REFUSED.keys()
