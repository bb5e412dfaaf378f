import io
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.conftest import Page, read
from tests.pictures import card, person
from tests.scene import Scene
from tryon.config import Settings
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.models import Shopper
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


def give(browser: FlaskClient, page: Page, data: bytes | None, consent: str | None = "true") -> TestResponse:
    form: dict[str, object] = {} if data is None else {"photo": (io.BytesIO(data), "me.jpg")}
    return browser.post(form_of(page, "/photo"), data=form | ({"consent": consent} if consent else {}))


def test_the_token_becomes_a_cookie_and_leaves_the_address(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = enter(browser, newcomer, partner_return=RETURN)
    assert answer.status_code == 303
    assert "token" not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/embed"} <= set(cookie.split("; "))
    page = browser.get(answer.headers["Location"])
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")


def test_over_https_the_cookie_works_in_a_frame_of_that_shop_only(
    browser: FlaskClient, newcomer: Shopper, settings: Settings
) -> None:
    settings.public_app_url = "https://fitting.example"
    parts = set(enter(browser, newcomer).headers["Set-Cookie"].split("; "))
    assert {"HttpOnly", "Secure", "SameSite=None", "Partitioned"} <= parts


def test_onboarding_leads_to_the_studio(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = enter(browser, newcomer, path="/onboarding", partner_return=RETURN)
    assert answer.headers["Location"].startswith(STUDIO)
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
    assert "Set-Cookie" not in answer.headers
    enter(browser, newcomer)
    clean = browser.get(f"{STUDIO}?{urlencode({'partner_return': address})}")
    assert clean.status_code == 403
    assert "evil" not in clean.text


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
        assert "Nobody is here." in page.words
    assert set(tools().storage.keys("photos/")) == before


def test_without_consent_nothing_is_kept(browser: FlaskClient, newcomer: Shopper) -> None:
    answer = give(browser, open_studio(browser, newcomer), person(), consent=None)
    assert answer.status_code == 422
    assert find_current_photo(newcomer) is None


def test_a_photo_can_be_replaced_and_deleted(browser: FlaskClient, scene: Scene) -> None:
    page = open_studio(browser, scene.shopper)
    [another] = [link["href"] for link in page.all("a") if (link["href"] or "").startswith(STUDIO + "/photo")]
    give(browser, read(browser.get(another or "")), person(2))
    newer = find_current_photo(scene.shopper)
    assert newer is not None
    assert newer.id != scene.photo.id
    page = read(browser.get(STUDIO))
    deleted = browser.post(form_of(page, "/photo/delete"), data={"photo_id": newer.id})
    assert deleted.status_code == 303
    assert find_current_photo(scene.shopper) is None
    assert not any(newer.id in key for key in tools().storage.keys("photos/"))


def test_a_form_of_somebody_elses_page_changes_nothing(browser: FlaskClient, scene: Scene) -> None:
    open_studio(browser, scene.shopper)
    for proof in ("", "0" * 40, "ü"):
        answer = browser.post(f"{STUDIO}/photo/delete?{urlencode({'proof': proof})}", data={"photo_id": scene.photo.id})
        assert answer.status_code == 403
    assert find_current_photo(scene.shopper) is not None


def test_nobody_deletes_anothers_photo(browser: FlaskClient, scene: Scene, outsider_scene: Scene) -> None:
    page = open_studio(browser, outsider_scene.shopper)
    browser.post(form_of(page, "/photo/delete"), data={"photo_id": scene.photo.id})
    assert find_current_photo(scene.shopper) is not None


def test_a_visit_that_has_ended_says_so_in_the_shops_frame_too(
    browser: FlaskClient, newcomer: Shopper, settings: Settings
) -> None:
    assert browser.get(STUDIO).status_code == 401
    assert browser.get(f"{STUDIO}?access_token=nonsense").status_code == 401
    old = issue_token(newcomer, mode="live", secret_key=settings.secret_key, ttl_seconds=-5).text
    ended = browser.get(f"{STUDIO}?access_token={old}")
    assert ended.status_code == 401
    assert "https://corner.example" in ended.headers["Content-Security-Policy"]
    assert "Your visit has ended" in ended.text


def test_the_page_is_laid_out_as_the_language_is_read(browser: FlaskClient, newcomer: Shopper) -> None:
    page = open_studio(browser, newcomer, locale="ar-EG")
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("ar-EG", "rtl")
    assert "locale=ar-EG" in form_of(page, "/photo")


def test_with_htmx_only_the_piece_that_changes_comes(browser: FlaskClient, scene: Scene) -> None:
    open_studio(browser, scene.shopper)
    answer = browser.get(STUDIO, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == STUDIO
