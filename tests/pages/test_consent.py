"""Whom the box beside a photo names, what ticking it means, and who is asked again."""

import io
import json

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.conftest import Page, give_photo, read
from tests.pages.test_studio import form_of, open_studio
from tests.pictures import person
from tests.scene import Scene, keep
from tryon.db import db
from tryon.generations.exporting import export_shopper
from tryon.generations.falling_back import ConsentRequired
from tryon.generations.finish import fail
from tryon.generations.lease import claim_row
from tryon.merchants.google_key import put_google_key, remove_google_key, sealer_of
from tryon.merchants.models import Merchant
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import ANY_PROVIDER, Photo, Shopper
from tryon.shoppers.photos import find_current_photo
from tryon.wiring import tools

KEY = "AIzaSy-a-key-that-is-long-enough-1234"


def put_key(merchant: Merchant) -> None:
    put_google_key(merchant, KEY, None, sealer=sealer_of(tools().settings), state="ok")


@pytest.fixture
def with_google(scene: Scene) -> Scene:
    """The shop's pictures are made by Google; nothing that was given before is agreed to."""
    put_key(scene.owner.merchant)
    return scene


def give(browser: FlaskClient, session: TryOnSession, shown: str | None = None, **more: object) -> TestResponse:
    form = {"photo": (io.BytesIO(person()), "me.jpg"), "consent": "true"} | more
    form |= {} if shown is None else {"shown_company": shown}
    return browser.post(f"/s/{session.id}/photo", data=form)


def photo_of(session: TryOnSession) -> Photo | None:
    return find_current_photo(db.session.get_one(Shopper, session.shopper_id))


def page_of(browser: FlaskClient, session: TryOnSession) -> Page:
    return read(browser.get(f"/s/{session.id}"))


def test_where_the_photo_stays_here_nobody_else_is_named(browser: FlaskClient, session: TryOnSession) -> None:
    page = page_of(browser, session)
    assert "Google" not in page.words
    assert page.all("input", name="shown_company") == []
    give_photo(browser, session)
    photo = photo_of(session)
    assert photo is not None
    assert (photo.agreed_provider, photo.may_be_sent_to("Google"), photo.may_be_sent_to("")) == ("", False, True)


def test_the_box_names_whom_the_photo_is_sent_to(
    browser: FlaskClient, with_google: Scene, outsider_scene: Scene
) -> None:
    session = with_google.open_session()
    page = page_of(browser, session)
    assert "My photo may be sent to Google, who make the picture." in page.words
    assert page.one("input", name="shown_company")["value"] == "Google"
    assert "checked" not in page.one("input", name="consent")
    assert give(browser, session, "Google").status_code == 303
    photo = photo_of(session)
    assert photo is not None
    assert (photo.may_be_sent_to("Google"), photo.may_be_sent_to("FASHN")) == (True, False)
    assert "Google" not in page_of(browser, outsider_scene.open_session()).words


def test_a_page_that_was_opened_before_the_shop_chose_google_is_asked_again(browser: FlaskClient, scene: Scene) -> None:
    session = scene.open_session()
    put_key(scene.owner.merchant)
    for shown in (None, "", "FASHN"):
        answer = give(browser, session, shown)
        assert answer.status_code == 422
        page = read(answer)
        assert "read the sentence beside the box once more" in page.words
        assert "may be sent to Google" in page.words
        assert "checked" not in page.one("input", name="consent")
    assert photo_of(session) is None


def test_a_photo_given_under_googles_text_does_not_count_as_agreed_when_the_shop_left_google(
    browser: FlaskClient, with_google: Scene
) -> None:
    session = with_google.open_session()
    remove_google_key(with_google.owner.merchant)
    assert give(browser, session, "Google").status_code == 303
    photo = photo_of(session)
    assert photo is not None
    assert photo.agreed_provider == ""


def test_without_a_tick_nothing_is_kept_under_googles_text_either(browser: FlaskClient, with_google: Scene) -> None:
    session = with_google.open_session()
    answer = give(browser, session, "Google", consent="")
    assert (answer.status_code, "Please agree" in read(answer).words) == (422, True)
    assert photo_of(session) is None


def test_a_photo_from_before_is_asked_about_and_then_used(browser: FlaskClient, with_google: Scene) -> None:
    session = with_google.open_session(external_user_ref="customer-1")
    page = page_of(browser, session)
    assert "This photo may now be sent to Google, who make the picture." in page.words
    assert "checked" not in page.one("input", id="consent-earlier")
    form = {"photo_id": with_google.photo.id, "shown_company": "Google"}
    refused = browser.post(f"/s/{session.id}/photo", data=form)
    assert (refused.status_code, "Please agree" in read(refused).words) == (422, True)
    db.session.refresh(with_google.photo)
    assert not with_google.photo.may_be_sent_to("Google")
    assert browser.post(f"/s/{session.id}/photo", data=form | {"consent": "true"}).status_code == 303
    db.session.refresh(with_google.photo)
    assert with_google.photo.may_be_sent_to("Google")


def test_a_photo_that_is_agreed_to_is_not_asked_about_again(browser: FlaskClient, with_google: Scene) -> None:
    with_google.photo.agreed_provider = "Google"
    db.session.commit()
    session = with_google.open_session(external_user_ref="customer-1")
    assert page_of(browser, session).all("input", id="consent-earlier") == []
    assert browser.post(f"/s/{session.id}/photo", data={"photo_id": with_google.photo.id}).status_code == 303


def test_our_own_people_are_sent_without_asking(browser: FlaskClient, with_google: Scene) -> None:
    session = with_google.open_session()
    assert browser.post(f"/s/{session.id}/model", data={"model": "1"}).status_code == 303
    db.session.refresh(session)
    chosen = db.session.query(Photo).filter_by(shopper_id=session.shopper_id).one()
    assert chosen.agreed_provider == ANY_PROVIDER


def test_the_studio_names_google_too_and_asks_about_a_photo_from_before(
    browser: FlaskClient, with_google: Scene
) -> None:
    page = open_studio(browser, with_google.shopper)
    assert "This photo may now be sent to Google" in page.words
    assert page.all("a", **{"data-testid": "studio-keep"}) == []
    where = form_of(page, "/agree")
    assert browser.post(where, data={"shown_company": "Google"}).status_code == 422
    assert browser.post(where, data={"shown_company": "", "consent": "true"}).status_code == 422
    agreed = browser.post(where, data={"shown_company": "Google", "consent": "true"}, follow_redirects=True)
    assert read(agreed).all("a", **{"data-testid": "studio-keep"})
    db.session.refresh(with_google.photo)
    assert with_google.photo.may_be_sent_to("Google")
    form = read(browser.get(f"{where.rsplit('/photos/', 1)[0]}/photo"))
    assert "My photo may be sent to Google, who make the pictures of me in products of" in form.words


def test_a_stranger_agrees_to_nothing_of_another_shop(
    browser: FlaskClient, with_google: Scene, outsider_scene: Scene
) -> None:
    put_key(outsider_scene.owner.merchant)
    where = form_of(open_studio(browser, with_google.shopper), "/agree")
    foreign = where.replace(with_google.photo.id, outsider_scene.photo.id)
    assert browser.post(foreign, data={"shown_company": "Google", "consent": "true"}).status_code == 404
    db.session.refresh(outsider_scene.photo)
    assert not outsider_scene.photo.may_be_sent_to("Google")


def test_the_export_says_whom_a_photo_may_be_sent_to(with_google: Scene) -> None:
    photo = keep(with_google.shopper)
    photo.agreed_provider = "Google"
    db.session.commit()
    assert '"may_be_sent_to": "Google"' in json.dumps(list(export_of(with_google.shopper)))


def export_of(shopper: Shopper) -> list[object]:
    export = export_shopper(shopper)
    return [getattr(export, name) for name in export.__dataclass_fields__ if name != "files"]


def test_the_privacy_page_explains_it_for_the_shop_it_is_read_from(
    browser: FlaskClient, with_google: Scene, outsider_scene: Scene
) -> None:
    link = page_of(browser, with_google.open_session()).all("a", target="_blank")[0]["href"]
    assert link == f"/privacy?shop={with_google.merchant_id}"
    shops = read(browser.get(link)).words
    assert "has its pictures made by Google" in shops
    assert "not sent to any other company" not in shops
    assert "not sent to any other company" in read(browser.get(f"/privacy?shop={outsider_scene.merchant_id}")).words
    for unknown in ("/privacy", "/privacy?shop=mer_nobody", "/privacy?shop=%00%ff"):
        assert "Unless the sentence beside the box" in read(browser.get(unknown)).words


def test_a_try_that_ended_for_want_of_consent_asks_for_it_of_the_same_photo(
    browser: FlaskClient, with_google: Scene
) -> None:
    session = with_google.open_session(external_user_ref="customer-1")
    generation = with_google.request(session)
    claim = claim_row(generation.id)
    assert claim
    fail(generation.id, claim, ConsentRequired(), queue=tools().queue)
    page = page_of(browser, session)
    assert "read the sentence beside the box once more" in page.words
    assert page.all("input", name="photo_id", value=with_google.photo.id)
    assert page.one("input", id="consent-earlier")
