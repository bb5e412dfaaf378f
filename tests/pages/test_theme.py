"""A merchant's look on shoppers' pages: their colours and corners, their logo, their ways to ask for help."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.imaging.logos import word
from tests.pages.conftest import Page, read
from tests.scene import Scene
from tryon.db import db, transaction
from tryon.merchants.branding import remove_logo, set_logo
from tryon.merchants.storefront import change_storefront
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def launch(browser: FlaskClient, session: TryOnSession) -> Any:
    return lambda: read(browser.get(f"/s/{session.id}"))


def themes(page: Page) -> list[str]:
    return [str(link["href"]) for link in page.all("link", rel="stylesheet") if "/theme/" in str(link["href"])]


def test_a_shop_that_changed_nothing_asks_for_nothing_more(scene: Scene, launch: Any) -> None:
    assert themes(launch()) == []
    change_storefront(scene.owner.merchant, {"button_label": "Try", "brand_color": "#1F4A3C"})
    assert themes(launch()) == []


def test_colours_come_in_a_small_file_that_browsers_keep(browser: FlaskClient, scene: Scene, launch: Any) -> None:
    change_storefront(scene.owner.merchant, {"brand_color": "#aa0044", "paper_color": "#fff8f0"})
    page = launch()
    [address] = themes(page)
    answer = browser.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--brand: #aa0044;" in answer.text
    assert "prefers-color-scheme: dark" in answer.text
    assert len(answer.data) < 1500
    assert page.one("meta", media="(prefers-color-scheme: light)")["content"] == "#fff8f0"
    again = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_another_look_has_another_address_and_an_old_one_is_not_kept(
    browser: FlaskClient, scene: Scene, launch: Any
) -> None:
    change_storefront(scene.owner.merchant, {"brand_color": "#aa0044"})
    [before] = themes(launch())
    change_storefront(scene.owner.merchant, {"brand_color": "#00aa44"})
    [after] = themes(launch())
    assert before != after
    old = browser.get(before)
    assert "--brand: #00aa44;" in old.text
    assert old.headers["Cache-Control"] == "no-cache"


def test_corners_alone_change_no_colour(browser: FlaskClient, scene: Scene, launch: Any) -> None:
    change_storefront(scene.owner.merchant, {"corner_radius_px": 4})
    [address] = themes(launch())
    css = browser.get(address).text
    assert "--radius: 4px;" in css
    assert "--radius-button: 7px;" in css
    assert "--brand" not in css


def test_a_dark_shop_is_dark_for_everybody(browser: FlaskClient, scene: Scene, launch: Any) -> None:
    change_storefront(scene.owner.merchant, {"paper_color": "#101018", "ink_color": "#f0f0f0"})
    [address] = themes(launch())
    css = browser.get(address).text
    assert "color-scheme: dark;" in css
    assert "prefers-color-scheme" not in css


@pytest.mark.parametrize("name", ["mer_unknown", "x" * 300, "%00", "ü"])
def test_who_is_not_known_has_no_look(browser: FlaskClient, scene: Scene, name: str) -> None:
    assert browser.get(f"/theme/{name}.css").status_code == 404
    assert browser.get(f"/theme/{name}/logo.webp").status_code == 404


def test_a_closed_shop_has_no_look(browser: FlaskClient, scene: Scene) -> None:
    merchant = scene.owner.merchant
    with transaction():
        merchant.deactivated_at = merchant.created_at
    assert browser.get(f"/theme/{merchant.id}.css").status_code == 404


def test_one_shops_look_is_not_anothers(browser: FlaskClient, scene: Scene, outsider_scene: Scene, launch: Any) -> None:
    change_storefront(outsider_scene.owner.merchant, {"brand_color": "#aa0044"})
    set_logo(outsider_scene.owner.merchant, png(word(("other", "red"))), storage=tools().storage)
    page = launch()
    assert themes(page) == []
    assert not [picture for picture in page.all("img") if "/logo." in (picture.get("src") or "")]


def test_the_logo_stands_for_the_name_small_and_sized(browser: FlaskClient, scene: Scene, launch: Any) -> None:
    merchant = scene.owner.merchant
    assert merchant.name in launch().words
    set_logo(merchant, png(word(("corner", "#1f4a3c"))), storage=tools().storage)
    page = launch()
    [logo] = page.all("img", alt=merchant.name)
    assert (int(logo["width"] or 0) <= 160, int(logo["height"] or 0) <= 32) == (True, True)
    answer = browser.get(str(logo["src"]))
    assert (answer.mimetype, "immutable" in answer.headers["Cache-Control"]) == ("image/webp", True)
    assert len(answer.data) < 30_000
    remove_logo(merchant, storage=tools().storage)
    assert browser.get(str(logo["src"])).status_code == 404
    assert launch().all("img", alt=merchant.name) == []


@pytest.mark.parametrize(
    ("colour", "plates"), [("#202020", {"dark"}), ("white", {"light"}), ("#808080", set()), ("#c03030", set())]
)
def test_a_logo_that_would_vanish_gets_a_plate(scene: Scene, launch: Any, colour: str, plates: set[str]) -> None:
    set_logo(scene.owner.merchant, png(word(("corner", colour))), storage=tools().storage)
    [sign] = [tag for tag in launch().all("span") if "shop-logo" in (tag.get("class") or "").split()]
    classes = str(sign["class"]).split()
    assert {name.removeprefix("shop-logo-plate-") for name in classes if "plate" in name} == plates


def test_the_shops_own_help_is_at_the_foot_of_the_page(scene: Scene, launch: Any) -> None:
    assert not [link for link in launch().all("a") if "mailto:" in str(link["href"])]
    given = {"privacy_url": "https://corner.example/privacy", "support_email": "help@corner.example"}
    change_storefront(scene.owner.merchant, given)
    links = {str(link["href"]) for link in launch().all("a")}
    assert {"https://corner.example/privacy", "mailto:help@corner.example"} <= links
    assert [link for link in links if link.startswith("/privacy?shop=")], "ours names the shop"


def test_a_closed_session_wears_the_shops_look(browser: FlaskClient, scene: Scene, session: TryOnSession) -> None:
    change_storefront(scene.owner.merchant, {"brand_color": "#aa0044"})
    with transaction():
        session.status = "cancelled"
    db.session.expire_all()
    answer = browser.get(f"/s/{session.id}")
    assert answer.status_code == 410
    assert len(themes(read(answer))) == 1
