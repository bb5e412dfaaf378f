"""A picture passed on by a link: what its owner sees, what others see, and its end."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import Page, read
from tests.pages.test_result import HTMX, finish
from tests.scene import Scene
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.generations.sharing import find_share_of, share_picture
from tryon.merchants.storefront import change_storefront
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo
from tryon.wiring import tools

CRAWLER = {"User-Agent": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"}


@pytest.fixture
def generation(scene: Scene, session: TryOnSession) -> Generation:
    return finish(scene, session)


@pytest.fixture
def link(generation: Generation) -> str:
    return f"/share/{share_picture(generation).token}"


def press(browser: FlaskClient, session: TryOnSession, generation: Generation, what: str = "share") -> int:
    return browser.post(f"/s/{session.id}/{what}", data={"generation": generation.id}).status_code


def meta(page: Page) -> dict[str, str]:
    return {str(tag.get("property") or tag.get("name")): str(tag.get("content")) for tag in page.all("meta")}


def test_a_shopper_shares_sees_the_link_and_stops(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    page = read(browser.get(f"/s/{session.id}"))
    assert page.one("button", form="share-form")["data-testid"] == "share"
    assert not page.all("input", **{"data-testid": "share-link"})

    assert press(browser, session, generation) == 303
    page = read(browser.get(f"/s/{session.id}"))
    address = str(page.one("input", **{"data-testid": "share-link"})["value"])
    assert re.fullmatch(re.escape(tools().settings.public_app_url) + r"/share/\w{32}", address)
    path = address.removeprefix(tools().settings.public_app_url)
    assert browser.get(path).status_code == 200

    assert press(browser, session, generation, "share/stop") == 303
    assert not read(browser.get(f"/s/{session.id}")).all("input", **{"data-testid": "share-link"})
    for gone in (path, f"{path}/picture.jpg"):
        answer = browser.get(gone)
        assert answer.status_code == 410
        assert read(answer).all("h1")


def test_htmx_gets_only_the_piece(browser: FlaskClient, session: TryOnSession, generation: Generation) -> None:
    form = {"generation": generation.id}
    begun = read(browser.post(f"/s/{session.id}/share", data=form, headers=HTMX))
    assert not begun.all("html")
    assert begun.one("input", **{"data-testid": "share-link"})
    ended = read(browser.post(f"/s/{session.id}/share/stop", data=form, headers=HTMX))
    assert not ended.all("input", **{"data-testid": "share-link"})
    assert ended.one("form", id="share-form"), "it can be shared anew"


def test_others_see_the_picture_the_product_and_the_way_there_but_never_the_photo(
    browser: FlaskClient, generation: Generation, link: str
) -> None:
    answer = browser.get(link)
    page = read(answer)
    assert "Red shirt" in page.words
    assert "Corner Shop" in page.words
    assert page.one("a", **{"class": "button button-primary"})["href"] == "https://corner.example/p/1"
    [picture] = [tag["src"] for tag in page.all("img")]
    assert browser.get(str(picture)).data == tools().storage.read(str(generation.result_key))
    photo = db.session.get_one(Photo, generation.photo_id)
    for private in ("/media/", "photos/", photo.id, str(generation.session_id), generation.id, "customer-1"):
        assert private not in answer.text


def test_a_crawler_gets_words_and_a_picture_with_its_size(
    browser: FlaskClient, generation: Generation, link: str
) -> None:
    answer = browser.get(link, headers=CRAWLER)
    assert answer.status_code == 200
    told = meta(read(answer))
    photo = db.session.get_one(Photo, generation.photo_id)
    home = tools().settings.public_app_url
    assert told["og:image"] == told["twitter:image"] == f"{home}{link}/picture.jpg"
    assert (told["og:image:width"], told["og:image:height"]) == (str(photo.width), str(photo.height))
    assert told["og:url"] == home + link
    assert "Red shirt" in told["og:title"]
    assert "Corner Shop" in told["og:description"]
    assert (told["og:site_name"], told["twitter:card"]) == ("Corner Shop", "summary_large_image")
    picture = browser.get(f"{link}/picture.jpg", headers=CRAWLER)
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")


def test_no_search_engine_no_cache_and_no_other_site_keeps_the_link(browser: FlaskClient, link: str) -> None:
    for path in (link, f"{link}/picture.jpg"):
        headers = browser.get(path).headers
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "public" not in headers["Cache-Control"]
    assert meta(read(browser.get(link)))["robots"] == "noindex"
    policy = browser.get(link).headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "corner.example" not in policy


def test_an_expired_link_and_one_that_never_was_are_kind_pages(
    browser: FlaskClient, generation: Generation, link: str
) -> None:
    share = find_share_of(generation)
    assert share is not None
    with transaction():
        share.expires_at = now() - timedelta(seconds=1)
    for path, status in ((link, 410), ("/share/" + "x" * 32, 404), ("/share/short", 404)):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
        assert "not shared any more" in read(answer).words


def test_nobody_shares_or_stops_sharing_another_sessions_picture(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    theirs = finish(outsider_scene, outsider_scene.open_session())
    neighbours = finish(scene, scene.open_session())
    for foreign in (theirs, neighbours):
        assert press(browser, session, foreign) == 303
        assert find_share_of(foreign) is None
        share_picture(foreign)
        assert press(browser, session, foreign, "share/stop") == 303
        assert find_share_of(foreign) is not None


def test_a_press_on_another_sites_page_shares_nothing(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.post(f"/s/{session.id}/share", data={"generation": generation.id}, headers=headers)
    assert answer.status_code == 403
    assert find_share_of(generation) is None


def test_a_shop_may_switch_sharing_off_and_links_end_with_it(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation, link: str
) -> None:
    change_storefront(scene.owner.merchant, {"sharing": False})
    assert not read(browser.get(f"/s/{session.id}")).all("button", form="share-form")
    assert press(browser, session, generation) == 403
    assert browser.get(link).status_code == 410
    assert browser.get(f"{link}/picture.jpg").status_code == 410


def test_a_product_address_that_is_a_script_never_becomes_a_link(browser: FlaskClient, scene: Scene, link: str) -> None:
    with transaction():
        scene.product.url = "javascript:alert(1)"
    answer = browser.get(link)
    assert answer.status_code == 200
    assert "javascript:" not in answer.text
