"""Whatever ends a session or a try: the page says what happened, what to do, and has the button that does it."""

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from tests.engines.quick import QuickEngine
from tests.pages.conftest import Page, give_photo, read
from tests.pictures import card
from tests.scene import Scene, work
from tryon.api.tryon.generations import ERROR_CODES
from tryon.clock import now
from tryon.config import PROJECT_ROOT
from tryon.db import db, transaction
from tryon.engines import errors as engine_errors
from tryon.engines.errors import EngineError, EngineTimeout, LowQuality, NoPersonFound, PoseNotSupported
from tryon.engines.local.checks import WHAT_TO_DO
from tryon.errors import TryOnError
from tryon.generations.cancelling import cancel
from tryon.generations.finish import PHOTO_CODES
from tryon.generations.models import Generation
from tryon.merchants.storefront import change_storefront
from tryon.pages.endings import ENDINGS, SPECIFIC
from tryon.pages.errors import PAGES, render_error_page
from tryon.sessions.ending import end_session
from tryon.sessions.models import TryOnSession
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.wiring import tools

ENGINES = [kind for kind in vars(engine_errors).values() if isinstance(kind, type) and issubclass(kind, EngineError)]
OURS = {"product_image_fetch_failed", "photo_gone", "content_blocked", "cancelled"}
"""Codes that the domain gives a generation beside the engines'."""


def newest(session: TryOnSession) -> Generation:
    db.session.refresh(session)
    return db.session.get_one(Generation, session.generation_id)


def fail(browser: FlaskClient, session: TryOnSession, code: str, message: str, *, is_permanent: bool = True) -> Page:
    """A try that ended so, as the worker writes it down, and the page the shopper sees then."""
    kind = type("Failure", (EngineError,), {"code": code, "permanent": is_permanent})
    assert give_photo(browser, session).status_code == 303
    work(newest(session), QuickEngine([kind(message)]))
    assert newest(session).error_code == code
    return read(browser.get(f"/s/{session.id}"))


# Words


def test_every_code_a_generation_can_fail_with_has_words_and_a_way_on() -> None:
    codes = {kind.code for kind in ENGINES} | OURS | set(PHOTO_CODES)
    assert codes <= set(ENDINGS)


def test_every_code_that_the_api_documents_has_words() -> None:
    codes = {word.lower() for word in re.findall(r"`(\w+)`", ERROR_CODES)}
    assert len(codes) > 10
    assert codes - {"image_not_found"} <= set(ENDINGS), "a photo that is gone is called otherwise there"


@pytest.mark.parametrize("code", ENDINGS)
def test_no_page_shows_the_apis_sentence_or_a_code(browser: FlaskClient, session: TryOnSession, code: str) -> None:
    is_permanent = ENDINGS[code].way != "again"
    page = fail(browser, session, code, "RAW words of the API, in English.", is_permanent=is_permanent)
    assert "RAW" not in page.words
    assert not ("_" in code and code in page.words)
    with force_locale("en"):
        assert str(ENDINGS[code].title) in page.words
    error = page.one("div", id="problem") if page.all("div", id="problem") else page.one("section", id="try")
    assert (error["data-testid"], error["data-code"]) == ("error", code)


def test_an_engine_code_that_nobody_has_met_has_words_too(browser: FlaskClient, session: TryOnSession) -> None:
    page = fail(browser, session, "engine_melted", "RAW.", is_permanent=False)
    assert "No picture this time" in page.words
    assert "RAW" not in page.words


def refusal_sentences() -> Iterator[str]:
    """Every sentence about a shopper's photo that our own engine's modules hold."""
    for path in (PROJECT_ROOT / "tryon" / "engines" / "local").glob("*.py"):
        tree = ast.parse(path.read_text())
        held = {
            name.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for name in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
            if isinstance(name, ast.Name)
        }
        for node in ast.walk(tree):
            is_refusal = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
            if is_refusal and node.func.id in (PoseNotSupported.__name__, LowQuality.__name__):
                value = node.args[0]
                value = held.get(value.id) if isinstance(value, ast.Name) else value
                if isinstance(value, ast.Constant):
                    yield str(value.value)


def test_what_our_engine_says_of_a_photo_more_exactly_can_be_translated(app: Flask) -> None:
    sentences = {*refusal_sentences(), *WHAT_TO_DO.values()}
    assert len(sentences) > 4
    with force_locale("en"):
        known = {str(sentence).replace("’", "'") for sentence in SPECIFIC}
    assert sentences <= known


def test_the_engines_more_exact_sentence_is_shown(browser: FlaskClient, session: TryOnSession) -> None:
    page = fail(browser, session, "pose_not_supported", "Your boots hide your ankles. To try these shoes on, "
                "use a photo with low shoes or bare feet.")  # fmt: skip
    assert "Your boots hide your ankles" in page.words


# The way on


@pytest.mark.parametrize("code", sorted(PHOTO_CODES - {"photo_gone"}))
def test_where_the_photo_is_at_fault_the_form_for_another_one_is_there(
    browser: FlaskClient, session: TryOnSession, code: str
) -> None:
    page = fail(browser, session, code, "RAW.")
    assert page.one("form", enctype="multipart/form-data")
    assert not page.all("button", **{"data-testid": "retry"})


def test_where_trying_again_may_help_one_press_does_it_with_the_same_photo(
    browser: FlaskClient, session: TryOnSession
) -> None:
    page = fail(browser, session, EngineTimeout.code, EngineTimeout.default_message, is_permanent=False)
    assert page.one("button", **{"data-testid": "retry"})
    first = newest(session)
    assert {field["value"] for field in page.all("input", name="photo_id")} == {first.photo_id}
    assert page.one("a", href=f"/s/{session.id}/photo"), "or with another photo"
    answer = browser.post(f"/s/{session.id}/photo", data={"photo_id": first.photo_id})
    assert answer.status_code == 303
    again = newest(session)
    assert (again.id != first.id, again.photo_id) == (True, first.photo_id)
    work(again)
    assert read(browser.get(f"/s/{session.id}")).one("section", **{"data-view": "result"})


def test_a_stopped_try_and_a_picture_no_longer_kept_can_be_made_again(
    browser: FlaskClient, session: TryOnSession
) -> None:
    give_photo(browser, session)
    cancel(newest(session), queue=tools().queue)
    page = read(browser.get(f"/s/{session.id}"))
    assert "Stopped." in page.words
    assert {field["value"] for field in page.all("input", name="photo_id")} == {newest(session).photo_id}

    browser.post(f"/s/{session.id}/photo", data={"photo_id": newest(session).photo_id})
    work(newest(session))
    with transaction():
        newest(session).result_key = None
    page = read(browser.get(f"/s/{session.id}"))
    assert "no longer kept" in page.words
    assert page.one("button", **{"data-testid": "retry"})


def test_without_the_photo_trying_again_means_giving_one(browser: FlaskClient, session: TryOnSession) -> None:
    fail(browser, session, EngineTimeout.code, "RAW.", is_permanent=False)
    photo = db.session.get_one(Photo, newest(session).photo_id)
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
    page = read(browser.get(f"/s/{session.id}"))
    assert "This took too long" in page.words
    assert page.one("form", enctype="multipart/form-data")


def test_where_the_product_is_at_fault_other_products_are_there_and_the_way_back(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    page = fail(browser, session, "garment_not_found", "RAW.")
    assert session.status == "failed"
    assert page.one("button", name="product")["value"] == jeans.id
    assert page.all("a", href="https://corner.example/p/1")
    assert not page.all("form", enctype="multipart/form-data")
    answer = browser.post(f"/s/{session.id}/next", data={"product": jeans.id})
    assert "Use the photo you already gave" in read(browser.get(answer.headers["Location"])).words


def test_a_shops_server_that_did_not_answer_is_asked_again(browser: FlaskClient, session: TryOnSession) -> None:
    page = fail(browser, session, "product_image_fetch_failed", "RAW.", is_permanent=False)
    assert "does not answer" in page.words
    assert page.one("button", **{"data-testid": "retry"})


def test_a_shop_that_named_an_address_for_help_is_asked_there(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    change_storefront(scene.owner.merchant, {"support_email": "help@corner.example"})
    page = fail(browser, session, EngineTimeout.code, "RAW.", is_permanent=False)
    assert page.all("a", href="mailto:help@corner.example")


# The end of a session


def test_a_completed_session_shows_its_picture_whenever_it_is_opened_again(
    browser: FlaskClient, session: TryOnSession
) -> None:
    give_photo(browser, session)
    work(newest(session))
    for _ in range(2):
        page = read(browser.get(f"/s/{session.id}"))
        assert page.pictures("results")
    assert session.status == "completed"


@pytest.mark.parametrize("end", ["expired", "cancelled"])
@pytest.mark.parametrize("path", ["opinion", "next", "share", "share/stop"])
def test_nothing_can_be_pressed_any_more_once_a_session_is_over(
    browser: FlaskClient, session: TryOnSession, end: str, path: str
) -> None:
    with transaction():
        end_session(session, end, queue=tools().queue)
    answer = browser.post(f"/s/{session.id}/{path}", data={"generation": "x", "product": "x"})
    assert answer.status_code == 410
    assert read(answer).one("a", href="https://corner.example/p/1")
    assert browser.post(f"/s/tsn_{'0' * 26}/{path}").status_code == 404


# Pages for what went wrong otherwise


@pytest.mark.parametrize("status", [400, *sorted(PAGES), 418, 502])
def test_each_error_page_is_kind_and_leads_on(app: Flask, status: int) -> None:
    error = TryOnError()
    error.status = status
    with app.test_request_context("/somewhere"):
        answer = render_error_page(error)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == status
    assert len(page.all("h1")) == 1
    assert "error" not in page.words.lower()
    assert str(status) not in page.words
    assert page.all("a", href="/") or status == 401, "who was let out goes back to the shop"


def test_a_press_that_failed_leads_back_to_the_fitting_room(browser: FlaskClient, session: TryOnSession) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.post(f"/s/{session.id}/opinion", headers=headers)
    assert answer.status_code == 403
    page = read(answer)
    assert page.one("a", href=f"/s/{session.id}")
    assert "only our own pages" in page.words


def test_too_many_presses_are_told_when_to_go_on(browser: FlaskClient, session: TryOnSession) -> None:
    answers = [browser.post(f"/s/{session.id}/next", data={"product": "x"}) for _ in range(21)]
    last = answers[-1]
    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 60
    assert read(last).one("a", href=f"/s/{session.id}")


def test_an_expired_session_says_when_nothing_can_be_waited_for(browser: FlaskClient, session: TryOnSession) -> None:
    with transaction():
        session.expires_at = now()
    page = read(browser.get(f"/s/{session.id}"))
    assert "expired" in page.words
    assert NoPersonFound.default_message not in page.words
