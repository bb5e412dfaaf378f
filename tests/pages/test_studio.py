import hashlib
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.engines.quick import QuickEngine
from tests.pages.conftest import Page, read
from tests.pictures import card, person
from tests.scene import Scene
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.merchants.storefront import change_storefront
from tryon.pages.languages import SPOKEN
from tryon.pages.photo_looking import Looking
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.models import Shopper, ShopperVisit
from tryon.shoppers.photos import find_current_photo
from tryon.shoppers.tokens import issue_token
from tryon.wiring import tools

STUDIO = "/embed/model-studio"
RETURN = "https://corner.example/return?cart=3#done"


@pytest.fixture
def newcomer(scene: Scene) -> Shopper:
    return get_or_create_shopper(scene.owner.merchant, "newcomer")


def enter(browser: FlaskClient, shopper: Shopper, path: str = STUDIO, **query: str) -> TestResponse:
    token = issue_token(shopper, mode="live", secret_key=tools().settings.secret_key).text
    return browser.get(f"{path}?{urlencode({'access_token': token} | query)}")


def open_studio(browser: FlaskClient, shopper: Shopper, **query: str) -> Page:
    return read(browser.get(enter(browser, shopper, **query).headers["Location"]))


def form_of(page: Page, ending: str) -> str:
    [action] = [form["action"] for form in page.all("form") if urlsplit(form["action"] or "").path.endswith(ending)]
    return str(action)


def link_of(page: Page, ending: str) -> str:
    [address] = {str(link["href"]) for link in page.all("a") if str(link["href"]).endswith(ending)}
    return address


def give(browser: FlaskClient, page: Page, data: bytes | None, consent: str | None = "true") -> TestResponse:
    form: dict[str, object] = {} if data is None else {"photo": (io.BytesIO(data), "me.jpg")}
    return browser.post(form_of(page, "/photo"), data=form | ({"consent": consent} if consent else {}))


def test_the_token_leaves_the_address_at_once(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = enter(browser, newcomer, partner_return=RETURN)
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    address = answer.headers["Location"]
    assert "token" not in address
    assert "?" not in address
    page = browser.get(address)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in page.headers


def test_a_browser_that_keeps_cookies_is_the_only_one_to_go_on_with_its_visit(
    app: Flask, browser: FlaskClient, newcomer: Shopper
) -> None:
    address = enter(browser, newcomer).headers["Location"]
    assert browser.get(address).status_code == 200
    elsewhere = app.test_client()
    assert elsewhere.get(address).status_code == 401
    forged = browser.get_cookie("tryon_visit_" + hashlib.sha256(address.rpartition("/")[2].encode()).hexdigest()[:8])
    assert forged is not None
    elsewhere.set_cookie(forged.key, "0" * 40)
    assert elsewhere.get(address).status_code == 401
    assert browser.get(address).status_code == 200


def test_a_browser_that_keeps_no_cookies_goes_on_without(app: Flask, newcomer: Shopper) -> None:
    forgetful = app.test_client(use_cookies=False)
    address = enter(forgetful, newcomer).headers["Location"]
    assert [forgetful.get(address).status_code for _ in range(2)] == [200, 200]


def test_the_cookie_of_a_visit_is_read_by_no_script_and_in_frames_kept_apart_for_each_shop(
    app: Flask, newcomer: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_http = enter(app.test_client(), newcomer).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=3600"} <= set(on_http.split("; "))
    monkeypatch.setattr(tools().settings, "public_app_url", "https://fit.example")
    on_https = enter(app.test_client(), newcomer).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=None", "Secure", "Partitioned"} <= set(on_https.split("; "))


def test_what_is_kept_of_a_visit_opens_nothing(browser: FlaskClient, newcomer: Shopper) -> None:
    name = enter(browser, newcomer).headers["Location"].rpartition("/")[2]
    row = db.session.query(ShopperVisit).one()
    assert name not in [str(value) for value in vars(row).values()]
    assert browser.get(f"{STUDIO}/{row.name_hash}").status_code == 401


def test_onboarding_leads_to_the_studio(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = enter(browser, newcomer, path="/onboarding", partner_return=RETURN)
    assert answer.headers["Location"].startswith(STUDIO + "/")
    assert read(browser.get(answer.headers["Location"])).one("input", name="consent")


def test_only_the_shops_own_pages_may_frame_it(browser: FlaskClient, newcomer: Shopper) -> None:
    page = browser.get(enter(browser, newcomer).headers["Location"])
    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://corner.example")
    assert "X-Frame-Options" not in page.headers


def test_a_photo_is_given_looked_at_and_taken_back_to_the_shop(browser: FlaskClient, newcomer: Shopper) -> None:
    page = open_studio(browser, newcomer, partner_return=RETURN)
    assert "checked" not in page.one("input", name="consent")
    given = give(browser, page, person())
    assert given.status_code == 303
    page = read(browser.get(given.headers["Location"]))
    photo = find_current_photo(newcomer)
    assert photo is not None
    assert len(page.pictures("photos")) == 1
    assert "You can be seen" in page.words
    [ready] = [link["href"] for link in page.all("a") if "status=ready" in (link["href"] or "")]
    parts = urlsplit(ready or "")
    assert (parts.hostname, parts.path, parts.fragment) == ("corner.example", "/return", "done")
    assert parse_qs(parts.query) == {"cart": ["3"], "model_id": [photo.id], "status": ["ready"]}


def test_who_does_not_want_to_goes_back_without(browser: FlaskClient, newcomer: Shopper) -> None:
    page = open_studio(browser, newcomer, partner_return=RETURN)
    links = [link["href"] for link in page.all("a") if "corner.example" in (link["href"] or "")]
    assert links
    assert set(links) == {"https://corner.example/return?cart=3&status=cancelled#done"}


def test_without_a_way_back_there_is_no_link_away(browser: FlaskClient, scene: Scene) -> None:
    page = open_studio(browser, scene.shopper)
    assert [link for link in page.all("a") if "status=" in (link["href"] or "")] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/return",
        "https://corner.example.evil.example/",
        "https://corner.example@evil.example/",
        "https://evil.example\\@corner.example/",
        "http://corner.example/return",
        "https://corner.example:8443/",
        "//corner.example/",
        "javascript:alert(1)//corner.example",
        "https:/\\evil.example",
        "https://corner.example\t.evil.example/",
        "/relative",
        "https://corner.example/" + "x" * 3000,
    ],
)
def test_a_return_that_is_not_the_shops_is_refused(browser: FlaskClient, newcomer: Shopper, address: str) -> None:
    answer = enter(browser, newcomer, partner_return=address)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "evil" not in answer.text
    assert db.session.query(ShopperVisit).count() == 0


def test_where_the_shop_has_moved_nobody_is_sent_back_to_its_old_address(
    browser: FlaskClient, scene: Scene, newcomer: Shopper
) -> None:
    address = enter(browser, newcomer, partner_return=RETURN).headers["Location"]
    with transaction():
        scene.owner.merchant.allowed_origins = ["https://new.example"]
    answer = browser.get(address)
    assert answer.status_code == 403
    assert "corner.example" not in answer.text


@pytest.mark.parametrize("data", [None, card("white"), b"no picture"])
def test_what_cannot_be_used_is_said_in_words_and_not_kept(
    browser: FlaskClient, newcomer: Shopper, data: bytes | None
) -> None:
    before = set(tools().storage.keys("photos/"))
    answer = give(browser, open_studio(browser, newcomer), data)
    assert answer.status_code in (415, 422)
    page = read(answer)
    assert page.one("div", id="problem")
    assert "checked" in page.one("input", name="consent")
    if data == card("white"):
        assert "could not find a person" in page.words
    assert set(tools().storage.keys("photos/")) == before


def test_without_consent_nothing_is_kept(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = give(browser, open_studio(browser, newcomer), person(), consent=None)
    assert answer.status_code == 422
    assert find_current_photo(newcomer) is None


def test_a_photo_can_be_replaced_and_deleted_once_asked_again(browser: FlaskClient, scene: Scene) -> None:
    page = open_studio(browser, scene.shopper)
    given = give(browser, read(browser.get(link_of(page, "/photo"))), person(2))
    newer = find_current_photo(scene.shopper)
    assert newer is not None
    assert newer.id != scene.photo.id
    page = read(browser.get(given.headers["Location"]))
    asked = read(browser.get(link_of(page, f"{newer.id}/delete")))
    assert "Delete this photo?" in asked.words
    assert find_current_photo(scene.shopper) is newer
    deleted = browser.post(form_of(asked, "/delete"))
    assert deleted.status_code == 303
    assert find_current_photo(scene.shopper) is None
    assert not any(newer.id in key for key in tools().storage.keys("photos/"))
    assert browser.post(form_of(asked, "/delete")).status_code == 303, "pressed twice"


def test_one_of_the_photos_given_before_can_be_chosen(browser: FlaskClient, scene: Scene) -> None:
    page = open_studio(browser, scene.shopper)
    assert "Photos you gave before" not in page.words
    address = give(browser, read(browser.get(link_of(page, "/photo"))), person(2)).headers["Location"]
    page = read(browser.get(address))
    assert len(page.pictures("photos")) == 2
    browser.post(form_of(page, "/choose"))
    chosen = find_current_photo(scene.shopper)
    assert chosen is not None
    assert chosen.id == scene.photo.id
    assert form_of(read(browser.get(address)), "/choose") != form_of(page, "/choose")


def test_keeping_ends_the_visit_where_the_shop_named_no_return(browser: FlaskClient, scene: Scene) -> None:
    page = open_studio(browser, scene.shopper)
    [keep] = [tag for tag in page.all("a") if tag.get("data-testid") == "studio-keep"]
    assert (keep["data-tryon-message"], keep["data-model-id"]) == ("studio-kept", scene.photo.id)
    assert "You can go back to Corner Shop now." in read(browser.get(str(keep["href"]))).words


def test_what_becomes_of_a_photo_is_told_while_it_is_looked_at(
    browser: FlaskClient, newcomer: Shopper, engine: QuickEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_studio(browser, newcomer)
    [asks] = [str(tag["data-looking"]) for tag in page.all("ul") if "data-looking" in tag]
    name = page.one("input", name="form_name")["value"]
    told = [browser.get(asks).text.strip()]
    check = engine.check_person

    def check_and_ask(*given: object, **more: object) -> object:
        told.append(browser.get(asks).text)
        return check(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "check_person", check_and_ask)
    photo = (io.BytesIO(person()), "me.jpg")
    browser.post(form_of(page, "/photo"), data={"photo": photo, "consent": "true", "form_name": name})
    told.append(browser.get(asks).text)
    assert told[0] == ""
    assert "Looking for you in it" in told[1]
    assert "You can be seen" in told[2]
    assert "Looking for you in it" not in told[2]


def test_nobody_elses_photo_is_told_of(browser: FlaskClient, newcomer: Shopper, outsider_scene: Scene) -> None:
    page = open_studio(browser, newcomer)
    name = page.one("input", name="form_name")["value"]
    photo = (io.BytesIO(person()), "me.jpg")
    browser.post(form_of(page, "/photo"), data={"photo": photo, "consent": "true", "form_name": name})
    other = enter(browser, outsider_scene.shopper).headers["Location"]
    assert browser.get(f"{other}/looking/{name}").text.strip() == ""
    assert Looking.at(str(name), queue=tools().queue).step == ""


@pytest.mark.parametrize("ending", ["delete", "choose"])
def test_nobody_touches_anothers_photo(browser: FlaskClient, scene: Scene, outsider_scene: Scene, ending: str) -> None:
    address = enter(browser, outsider_scene.shopper).headers["Location"]
    named = f"{address}/photos/{scene.photo.id}/{ending}"
    assert browser.post(named).status_code == (303 if ending == "delete" else 404)
    assert browser.get(named).status_code in (404, 405)
    assert find_current_photo(scene.shopper) is not None


@pytest.mark.parametrize("name", ["x", "a" * 32, "ü" * 32, "a" * 60])
def test_a_visit_that_is_not_known_opens_nothing(browser: FlaskClient, scene: Scene, name: str) -> None:
    assert browser.get(f"{STUDIO}/{name}").status_code == 401
    assert browser.post(f"{STUDIO}/{name}/photos/{scene.photo.id}/delete").status_code == 401
    assert find_current_photo(scene.shopper) is not None


def test_a_visit_that_has_ended_says_so_in_the_shops_frame_and_look_too(
    browser: FlaskClient, scene: Scene, newcomer: Shopper, settings: Settings
) -> None:
    change_storefront(scene.owner.merchant, {"brand_color": "#aa0044"})
    assert browser.get(STUDIO).status_code == 401
    assert browser.get(f"{STUDIO}?access_token=nonsense").status_code == 401
    old = issue_token(newcomer, mode="live", secret_key=settings.secret_key, ttl_seconds=-5).text
    address = enter(browser, newcomer).headers["Location"]
    with transaction():
        db.session.query(ShopperVisit).update({"expires_at": now() - timedelta(seconds=1)})
    for ended in (browser.get(f"{STUDIO}?access_token={old}"), browser.get(address)):
        assert ended.status_code == 401
        assert "https://corner.example" in ended.headers["Content-Security-Policy"]
        assert "Your visit has ended" in ended.text
        assert "/theme/" in ended.text
    assert browser.post(f"{address}/photo", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_shop_that_was_closed_lets_nobody_in(browser: FlaskClient, scene: Scene, newcomer: Shopper) -> None:
    address = enter(browser, newcomer).headers["Location"]
    with transaction():
        scene.owner.merchant.deactivated_at = now()
    assert browser.get(address).status_code == 401


def test_the_page_is_laid_out_as_the_language_is_read(browser: FlaskClient, newcomer: Shopper) -> None:
    page = open_studio(browser, newcomer, locale="ar-EG")
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("ar-EG", "rtl")


def test_with_htmx_only_the_piece_that_changes_comes(browser: FlaskClient, scene: Scene) -> None:
    address = enter(browser, scene.shopper).headers["Location"]
    answer = browser.get(address, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == address


@pytest.mark.parametrize("locale", SPOKEN)
def test_what_a_photo_is_good_for_is_told_in_every_language(browser: FlaskClient, scene: Scene, locale: str) -> None:
    with transaction():
        scene.photo.body = {"view": "front", "visible": ["head", "torso", "hips", "legs", "feet"]}
    assert open_studio(browser, scene.shopper, locale=locale).pictures("photos")
