import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.engines.quick import QuickEngine
from tests.pages.conftest import give_photo, read
from tests.pictures import card, person
from tests.scene import Scene, keep, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.engines.errors import GarmentNotFound, NoPersonFound
from tryon.generations.models import Generation
from tryon.merchants.storefront import change_storefront
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_current_photo
from tryon.storage.base import MissingFile
from tryon.wiring import tools


def newest(session: TryOnSession) -> Generation:
    db.session.refresh(session)
    return db.session.get_one(Generation, session.generation_id)


def try_on(browser: FlaskClient, session: TryOnSession, *errors: Exception) -> Generation:
    """Give a photo and let the worker do its part."""
    assert give_photo(browser, session).status_code == 303
    generation = newest(session)
    work(generation, QuickEngine(list(errors)))
    db.session.refresh(session)
    return generation


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def shopper_of(session: TryOnSession) -> Shopper:
    return db.session.get_one(Shopper, session.shopper_id)


# Opening the link


def test_a_shopper_sees_the_product_the_shop_and_an_unticked_consent_box(
    browser: FlaskClient, session: TryOnSession
) -> None:
    page = read(browser.get(f"/s/{session.id}"))
    assert "Red shirt" in page.words
    assert "Corner Shop" in page.words
    assert f"{tools().settings.photo_keep_days} days after its last use" in page.words
    box = page.one("input", type="checkbox")
    assert "checked" not in box
    assert "required" in box
    assert page.all("a", href=f"/privacy?shop={session.merchant_id}")
    form = page.one("form", enctype="multipart/form-data")
    assert (form["action"], form["method"]) == (f"/s/{session.id}/photo", "post")
    assert page.one("input", type="file", capture="user")["name"] == "photo"


def test_the_products_picture_is_ours_and_can_be_seen(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    [picture] = read(browser.get(f"/s/{session.id}")).pictures("products")
    assert browser.get(picture).mimetype == "image/jpeg"
    whole = browser.get(re.sub("&w=[0-9]+", "", picture))
    assert whole.data == tools().storage.read(scene.product.main_image.file_key)


def test_the_first_visit_launches_the_session_and_the_merchant_hears_once(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    for _ in range(2):
        assert browser.get(f"/s/{session.id}").status_code == 200
    db.session.refresh(session)
    assert session.status == "launched"
    assert len(scene.events("session.launched")) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"X-Moz": "prefetch"}),
        ("GET", {"User-Agent": "WhatsApp/2.24.6.77 A"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Slackbot-LinkExpanding 1.0)"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": ""}),
    ],
)
def test_what_only_passes_by_does_not_launch(
    browser: FlaskClient, session: TryOnSession, method: str, headers: dict[str, str]
) -> None:
    assert browser.open(f"/s/{session.id}", method=method, headers=headers).status_code == 200
    db.session.refresh(session)
    assert session.status == "ready"


def test_the_address_leaks_nowhere_and_only_the_merchants_origins_may_frame_it(
    browser: FlaskClient, session: TryOnSession
) -> None:
    headers = browser.get(f"/s/{session.id}").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://corner.example" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in headers
    assert "corner.example" not in browser.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["tsn_01J0000000000000000000NONE", "x", "tsn_%00", "tsn_01J'--", "gen_" + "A" * 26])
@pytest.mark.parametrize("piece", ["", "/status", "/photo"])
def test_an_unknown_session_is_a_kind_404(browser: FlaskClient, scene: Scene, name: str, piece: str) -> None:
    answer = browser.get(f"/s/{name}{piece}")
    assert answer.status_code == 404
    assert read(answer).all("h1")


@pytest.mark.parametrize("end", ["expired", "cancelled", "past its time"])
def test_a_session_that_is_over_says_so_and_leads_back_to_the_product(
    browser: FlaskClient, session: TryOnSession, end: str
) -> None:
    with transaction():
        if end == "past its time":
            session.expires_at = now() - timedelta(seconds=1)
        else:
            session.status = end
    answer = browser.get(f"/s/{session.id}")
    assert answer.status_code == 410
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'self' https://corner.example" in answer.headers["Content-Security-Policy"]
    assert read(answer).one("a", href="https://corner.example/p/1")
    assert give_photo(browser, session).status_code == 410
    assert count(Generation) == 0


def test_a_page_that_polls_a_closed_session_is_told_to_load_anew(browser: FlaskClient, session: TryOnSession) -> None:
    with transaction():
        session.status = "cancelled"
    answer = browser.get(f"/s/{session.id}/status", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (286, "true")


@pytest.mark.parametrize(
    ("locale", "language", "direction"), [("ar-EG", "ar-EG", "rtl"), ("de_AT", "de-AT", "ltr"), (None, "en", "ltr")]
)
def test_the_locale_sets_language_and_direction(
    browser: FlaskClient, scene: Scene, locale: str | None, language: str, direction: str
) -> None:
    page = read(browser.get(f"/s/{scene.open_session(locale=locale).id}"))
    html = page.one("html")
    assert (html["lang"], html["dir"]) == (language, direction)


def test_a_product_address_that_is_a_script_never_becomes_a_link(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    with transaction():
        scene.product.url = "javascript:alert(1)"
    assert "javascript:" not in browser.get(f"/s/{session.id}").text


# Giving a photo


def test_without_consent_nothing_is_kept(browser: FlaskClient, session: TryOnSession) -> None:
    photos = count(Photo)
    files = set(tools().storage.keys("photos/"))
    answer = give_photo(browser, session, consent=None)
    assert answer.status_code == 422
    assert "agree" in read(answer).words
    assert count(Photo) == photos
    assert set(tools().storage.keys("photos/")) == files
    assert count(Generation) == 0


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"hello", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"\xff\xd8" + b"0" * 11 * 2**20, 413),
        (b"0" * 17 * 2**20, 413),
        (card("green"), 422),
    ],
    ids=["empty", "text", "svg", "large", "larger than any request may be", "nobody"],
)
def test_a_file_that_cannot_be_used_is_explained_on_the_page(
    browser: FlaskClient, session: TryOnSession, data: bytes, status: int
) -> None:
    answer = give_photo(browser, session, data)
    assert answer.status_code == status
    page = read(answer)
    assert page.one("div", id="problem")["role"] == "alert"
    assert page.one("form", enctype="multipart/form-data")
    assert find_current_photo(shopper_of(session)) is None


def test_a_form_without_a_file_asks_for_one(browser: FlaskClient, session: TryOnSession) -> None:
    answer = browser.post(f"/s/{session.id}/photo", data={"consent": "true", "photo": (io.BytesIO(b""), "")})
    assert answer.status_code == 422
    assert "photo of yourself" in read(answer).words
    assert "checked" in read(answer).one("input", type="checkbox")


def test_the_field_that_was_used_counts_when_the_other_is_empty(browser: FlaskClient, session: TryOnSession) -> None:
    form = {"consent": "true", "photo": [(io.BytesIO(b""), ""), (io.BytesIO(person()), "me.jpg")]}
    assert browser.post(f"/s/{session.id}/photo", data=form).status_code == 303


def test_when_the_shop_is_out_of_credits_the_shopper_is_told_kindly(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
    answer = give_photo(browser, session)
    assert answer.status_code == 503
    assert "can’t offer" in read(answer).words.replace("'", "’")
    assert "credit" not in read(answer).words


# Waiting, and the picture


def test_a_photo_becomes_a_picture(browser: FlaskClient, session: TryOnSession) -> None:
    answer = give_photo(browser, session)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{session.id}")

    waiting = browser.get(f"/s/{session.id}")
    assert '<noscript><meta http-equiv="refresh" content="2">' in waiting.text
    assert "Waiting for a free fitting room" in read(waiting).words

    generation = newest(session)
    work(generation)
    page = read(browser.get(f"/s/{session.id}"))
    assert not page.all("meta", **{"http-equiv": "refresh"})
    result = tools().storage.read(str(generation.result_key))
    shown = page.pictures("results")
    assert {browser.get(address).data for address in shown} == {result}
    download = browser.get(str(page.one("a", download="try-on.jpg")["href"]))
    assert download.data == result
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert page.one("input", type="range")["aria-label"]
    assert len(page.all("a", href="https://corner.example/p/1")) == 2


def test_the_waiting_piece_polls_and_the_last_one_stops(browser: FlaskClient, session: TryOnSession) -> None:
    give_photo(browser, session)
    generation = newest(session)
    with transaction():
        generation.status, generation.stage, generation.progress = "processing", "light", 63
    answer = browser.get(f"/s/{session.id}/status")
    assert answer.status_code == 200
    piece = read(answer)
    assert piece.one("section")["hx-trigger"] == "news, every 1s"
    assert piece.one("progress")["value"] == "63"
    assert "Matching the light" in piece.words

    with transaction():
        generation.status = "queued"
    work(generation)
    last = browser.get(f"/s/{session.id}/status")
    assert last.status_code == 286
    assert "hx-trigger" not in last.text
    assert "Save picture" in read(last).words


def test_htmx_gets_the_piece_and_the_pages_address(browser: FlaskClient, session: TryOnSession) -> None:
    assert give_photo(browser, session, **{"HX-Request": "true"}).status_code == 303
    answer = browser.get(f"/s/{session.id}", headers={"HX-Request": "true"})
    assert not read(answer).all("html")
    assert answer.headers["HX-Replace-Url"] == f"/s/{session.id}"
    refused = give_photo(browser, session, consent=None, **{"HX-Request": "true"})
    assert "HX-Replace-Url" not in refused.headers


def test_pressing_twice_makes_one_picture(browser: FlaskClient, session: TryOnSession) -> None:
    for _ in range(2):
        assert give_photo(browser, session).status_code == 303
    assert count(Generation) == 1


def test_after_a_picture_another_photo_can_be_tried(browser: FlaskClient, session: TryOnSession) -> None:
    first = try_on(browser, session)
    assert session.status == "completed"
    page = read(browser.get(f"/s/{session.id}/photo"))
    assert page.one("form", enctype="multipart/form-data")
    second = try_on(browser, session)
    assert second.id != first.id
    assert str(second.result_key) in browser.get(f"/s/{session.id}").text


def test_a_photo_the_engine_turns_down_is_explained_and_not_offered_again(
    browser: FlaskClient, session: TryOnSession
) -> None:
    try_on(browser, session, NoPersonFound())
    page = read(browser.get(f"/s/{session.id}"))
    assert NoPersonFound.default_message in page.words
    assert page.one("form", enctype="multipart/form-data")
    assert "Use the photo you already gave" not in page.words
    assert page.one("form", action=f"/s/{session.id}/photo/delete")
    stopped = browser.get(f"/s/{session.id}/status")
    assert stopped.status_code == 286


def test_a_product_the_engine_cannot_use_ends_the_session_kindly(browser: FlaskClient, session: TryOnSession) -> None:
    try_on(browser, session, GarmentNotFound())
    assert session.status == "failed"
    answer = browser.get(f"/s/{session.id}")
    assert answer.status_code == 200
    page = read(answer)
    assert "This product can’t be tried on yet" in page.words
    assert not page.all("form", enctype="multipart/form-data")
    assert page.all("a", href="https://corner.example/p/1")
    assert give_photo(browser, session).status_code == 303
    assert count(Generation) == 1


def test_a_picture_no_longer_kept_is_said_to_be_so(browser: FlaskClient, session: TryOnSession) -> None:
    generation = try_on(browser, session)
    with transaction():
        generation.result_key = None
    assert "no longer kept" in read(browser.get(f"/s/{session.id}")).words


# The photo they already gave


def test_a_known_shopper_may_use_the_photo_they_already_gave(browser: FlaskClient, scene: Scene) -> None:
    session = scene.open_session(external_user_ref="customer-1")
    page = read(browser.get(f"/s/{session.id}"))
    assert {field["value"] for field in page.all("input", name="photo_id")} == {scene.photo.id}
    assert "Use the photo you already gave" in page.words
    assert browser.post(f"/s/{session.id}/photo", data={"photo_id": scene.photo.id}).status_code == 303
    assert newest(session).photo_id == scene.photo.id


def test_nobody_can_use_or_delete_another_shoppers_photo(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, session: TryOnSession
) -> None:
    for photo in (outsider_scene.photo, scene.photo):
        answer = browser.post(f"/s/{session.id}/photo", data={"photo_id": photo.id})
        assert answer.status_code == 409
        browser.post(f"/s/{session.id}/photo/delete", data={"photo_id": photo.id})
        db.session.refresh(photo)
        assert photo.erased_at is None
        assert tools().storage.read(photo.file_key)
    assert count(Generation) == 0


def test_the_outsiders_pages_show_nothing_of_the_merchants(
    browser: FlaskClient, session: TryOnSession, outsider_scene: Scene
) -> None:
    generation = try_on(browser, session)
    text = browser.get(f"/s/{outsider_scene.open_session().id}").text
    assert "Corner Shop" not in text
    assert session.merchant_id not in text
    assert str(generation.result_key) not in text


def test_a_shopper_can_delete_their_photo_and_its_file_is_gone(browser: FlaskClient, session: TryOnSession) -> None:
    photo = keep(shopper_of(session))
    key = photo.file_key
    answer = browser.post(f"/s/{session.id}/photo/delete", data={"photo_id": photo.id})
    assert answer.status_code == 303
    with pytest.raises(MissingFile):
        tools().storage.read(key)
    assert not read(browser.get(f"/s/{session.id}")).all("input", name="photo_id")
    assert browser.post(f"/s/{session.id}/photo/delete", data={"photo_id": photo.id}).status_code == 303


def test_a_result_is_still_shown_when_its_photo_is_gone(browser: FlaskClient, session: TryOnSession) -> None:
    generation = try_on(browser, session)
    browser.post(f"/s/{session.id}/photo/delete", data={"photo_id": generation.photo_id})
    page = read(browser.get(f"/s/{session.id}"))
    assert "Save picture" in page.words
    assert not page.all("input", type="range")


def test_a_shop_may_switch_saving_off(browser: FlaskClient, session: TryOnSession, scene: Scene) -> None:
    try_on(browser, session)
    assert "Save picture" in read(browser.get(f"/s/{session.id}")).words
    change_storefront(scene.owner.merchant, {"downloads": False})
    page = read(browser.get(f"/s/{session.id}"))
    assert "Here you are" in page.words
    assert "Save picture" not in page.words
