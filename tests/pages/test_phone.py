"""From the desk to the phone: what each sees, and who counts as the phone."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.codes import read_code
from tests.pages.conftest import PHONE, Page, give_photo, read
from tests.scene import Scene, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.sessions.handoffs import Handoff, newest_handoff
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
AT_A_DESK, ON_A_PHONE = {"User-Agent": DESKTOP}, {"User-Agent": PHONE}
CONNECTED = "Your phone is connected"


def code_of(session: TryOnSession) -> Handoff:
    found = newest_handoff(session)
    assert found is not None
    db.session.refresh(found)
    return found


def at_the_desk(browser: FlaskClient, session: TryOnSession) -> Page:
    return read(browser.get(f"/s/{session.id}", headers=AT_A_DESK))


def follower(page: Page) -> dict[str, str | None]:
    return page.one("div", id="handoff")


def shown_words(page: Page) -> list[str | None]:
    return [words.get("aria-hidden") for words in page.all("div", **{"class": "handoff-words"})]


def test_a_desk_leads_with_a_code_that_a_camera_reads_and_an_address_to_type(
    browser: FlaskClient, session: TryOnSession
) -> None:
    page = at_the_desk(browser, session)
    code = page.one("img", **{"data-testid": "qr"})
    address = f"{tools().settings.public_app_url}/q/{code_of(session).spelling}"
    assert address.partition("://")[2] in page.words.replace(" /q/", "/q/")
    drawn = browser.get(str(code["src"]))
    assert (drawn.mimetype, drawn.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert page.one("form", enctype="multipart/form-data"), "one may go on here"
    assert shown_words(page) == [None, "true"]


def test_the_drawn_code_leads_to_the_session(browser: FlaskClient, session: TryOnSession) -> None:
    from tryon.pages.handing_over import code_url
    from tryon.pages.handoff import draw_code

    at_the_desk(browser, session)
    with browser.application.test_request_context():
        address = code_url(code_of(session).spelling)
        picture = draw_code(address)
    assert read_code(picture) == address
    answer = browser.get(address.removeprefix(tools().settings.public_app_url))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/s/{session.id}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_phone_is_offered_no_code(browser: FlaskClient, session: TryOnSession) -> None:
    page = read(browser.get(f"/s/{session.id}", headers=ON_A_PHONE))
    assert not page.all("img", **{"data-testid": "qr"})
    assert not page.all("div", id="handoff")
    assert newest_handoff(session) is None


def test_the_desk_hears_at_once_that_the_phone_has_come(browser: FlaskClient, session: TryOnSession) -> None:
    asks = str(follower(at_the_desk(browser, session))["hx-get"])
    assert browser.get(asks, headers=AT_A_DESK).status_code == 204, "nothing new"
    browser.get(f"/q/{code_of(session).spelling}", headers=ON_A_PHONE)
    piece = browser.get(asks, headers=AT_A_DESK)
    assert piece.status_code == 200
    assert "HX-Retarget" not in piece.headers, "a photo chosen at the desk meanwhile stays"
    assert shown_words(read(piece)) == ["true", None]
    assert CONNECTED in read(piece).words
    phone = read(browser.get(f"/s/{session.id}", headers=ON_A_PHONE))
    assert "hidden" in follower(phone), "the phone hears of the desk as well"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", AT_A_DESK),
        ("HEAD", ON_A_PHONE),
        ("GET", ON_A_PHONE | {"Sec-Purpose": "prefetch"}),
        ("GET", {"User-Agent": "WhatsApp/2.24.6.77 A"}),
        (
            "GET",
            {"User-Agent": "Mozilla/5.0 (Linux; Android 6.0.1) Mobile Safari (compatible; Googlebot/2.1)"},
        ),
        ("GET", {"User-Agent": ""}),
    ],
)
def test_the_desk_itself_and_what_only_passes_by_is_no_phone(
    browser: FlaskClient, session: TryOnSession, method: str, headers: dict[str, str]
) -> None:
    at_the_desk(browser, session)
    for address in (f"/q/{code_of(session).spelling}", f"/s/{session.id}"):
        browser.open(address, method=method, headers=headers)
    assert code_of(session).joined_at is None


def test_a_phone_that_names_itself_like_a_desk_says_so_by_itself(browser: FlaskClient, session: TryOnSession) -> None:
    assert "data-joins" not in at_the_desk(browser, session).one("section"), "there was no code yet"
    tablet = at_the_desk(browser, session)
    answer = browser.post(str(tablet.one("section")["data-joins"]))
    assert answer.status_code == 204
    assert code_of(session).joined_at is not None
    foreign = browser.post(f"/s/{session.id}/phone", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_the_desk_follows_to_the_picture_and_can_take_over(browser: FlaskClient, session: TryOnSession) -> None:
    asks = str(follower(at_the_desk(browser, session))["hx-get"])
    browser.get(f"/q/{code_of(session).spelling}", headers=ON_A_PHONE)
    give_photo(browser, session)
    answer = browser.get(asks, headers=AT_A_DESK | {"HX-Request": "true"})
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#try", "outerHTML")
    assert "Making your picture" in read(answer).words
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))
    assert "Here you are" in read(browser.get(str(read(answer).one("section")["hx-get"]))).words


def test_a_page_that_asks_for_another_photo_is_not_led_back_to_the_picture(
    browser: FlaskClient, session: TryOnSession
) -> None:
    give_photo(browser, session)
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))
    page = read(browser.get(f"/s/{session.id}/photo", headers=AT_A_DESK))
    asks = follower(page)
    assert browser.get(str(asks["hx-get"]), headers=AT_A_DESK).status_code == 204
    stream = browser.get(str(asks["data-follow"]))
    told = iter(stream.response)
    next(told)
    assert f"data: {asks['data-moment']}\n" in next(told).decode()
    give_photo(browser, session)
    assert browser.get(str(asks["hx-get"]), headers=AT_A_DESK).headers["HX-Retarget"] == "#try"


def test_a_code_that_is_over_or_unknown_is_a_kind_page(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    at_the_desk(browser, session)
    handoff = code_of(session)
    with transaction():
        handoff.expires_at = now() - timedelta(seconds=1)
    expired = browser.get(f"/q/{handoff.spelling}")
    assert (expired.status_code, expired.headers["Cache-Control"]) == (410, "no-store")
    assert "no longer works" in read(expired).words
    for typed in ("ABCD-2345", "x", "%00", "..", "tsn_1"):
        unknown = browser.get(f"/q/{typed}")
        assert unknown.status_code == 404, typed
    assert browser.get(f"/s/{scene.open_session().id}/code.svg").status_code == 404, "none was made"
    fresh = at_the_desk(browser, session)
    assert code_of(session).code != handoff.code
    assert fresh.one("img", **{"data-testid": "qr"})
    with transaction():
        session.status = "cancelled"
    assert browser.get(f"/q/{code_of(session).spelling}").status_code == 410


def test_a_code_can_be_typed_into_a_form(browser: FlaskClient, session: TryOnSession) -> None:
    at_the_desk(browser, session)
    page = read(browser.get("/q"))
    assert page.one("form", action="/q")["method"] == "get"
    spelling = code_of(session).spelling.lower()
    answer = browser.get("/q", query_string={"code": f" {spelling} "}, follow_redirects=True)
    assert answer.request.path == f"/s/{session.id}"
    assert browser.get("/q", query_string={"code": "//evil.example"}).headers["Location"] == "/q/evil.example"


def test_guessing_codes_is_slowed_down_and_right_ones_are_not_counted(
    browser: FlaskClient, session: TryOnSession
) -> None:
    at_the_desk(browser, session)
    right = f"/q/{code_of(session).spelling}"
    assert {browser.get(right).status_code for _ in range(70)} == {302}
    statuses = [browser.get("/q/ABCD-2345").status_code for _ in range(62)]
    assert set(statuses) == {404, 429}
    assert statuses[-1] == 429
    assert browser.get(right).status_code == 429, "who guesses is not even heard"


def test_a_session_made_for_a_code_on_the_shops_page_works_on_the_phone_and_at_a_desk(
    browser: FlaskClient, scene: Scene
) -> None:
    session = scene.open_session(experience="qr")
    assert at_the_desk(browser, session).one("img", **{"data-testid": "qr"})
    assert read(browser.get(f"/s/{session.id}", headers=ON_A_PHONE)).one("form", enctype="multipart/form-data")
    assert code_of(session).joined_at is not None, "the phone that scanned the shop's own code is a phone"
