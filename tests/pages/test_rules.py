"""Rules that hold for every page there is."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import Page, give_photo, read
from tests.scene import Scene, work
from tryon.db import db
from tryon.demo import PRODUCTS, seed_demo_shop
from tryon.generations.models import Generation
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

BACK = "https://corner.example/p/1"


_built: dict[str, Page] = {}


@pytest.fixture
def pages(request: pytest.FixtureRequest) -> dict[str, Page]:
    """One of each, in each of its states; built once, for tests that only read them."""
    if not _built:
        _built.update(request.getfixturevalue("live_pages"))
    return _built


@pytest.fixture
def live_pages(app: Flask, browser: FlaskClient, scene: Scene, session: TryOnSession) -> dict[str, Page]:
    """The same, on an application that still runs, for tests that follow their addresses."""
    seed_demo_shop(tools())
    paths = ["/", "/demo", f"/demo/{PRODUCTS[0].sku}", "/privacy", "/nothing", f"/s/{session.id}"]
    found = {path: read(browser.get(path)) for path in paths}
    known = scene.open_session(external_user_ref="customer-1")
    found["earlier photo"] = read(browser.get(f"/s/{known.id}"))
    found["turned down"] = read(give_photo(browser, session, b"no picture"))
    give_photo(browser, session)
    found["waiting"] = read(browser.get(f"/s/{session.id}"))
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))
    found["result"] = read(browser.get(f"/s/{session.id}"))
    return found


def test_no_page_carries_inline_code_or_style(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert not page.all("style"), name
        code = [tag for tag in page.all("script") if tag.get("type") != "application/ld+json"]
        assert all(tag.get("src") and tag.get("integrity") for tag in code), name
        for tag, attributes in page.tags:
            assert "style" not in attributes, (name, tag)
            assert not [key for key in attributes if key.startswith("on")], (name, tag)


def test_no_page_loads_anything_from_elsewhere_and_what_it_loads_is_there(
    browser: FlaskClient, live_pages: dict[str, Page]
) -> None:
    seen = set()
    for page in live_pages.values():
        for tag, attributes in page.tags:
            address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
            if address:
                assert address.startswith("/"), (tag, address)
                seen.add(address)
    assert len(seen) > 10
    for address in seen:
        assert browser.get(address).status_code == 200, address


def test_every_link_inside_leads_somewhere(browser: FlaskClient, live_pages: dict[str, Page]) -> None:
    links = {str(tag["href"]) for page in live_pages.values() for tag in page.all("a")}
    for link in links - {BACK, "#main"}:
        assert browser.get(link).status_code == 200, link


def test_every_picture_reserves_its_place_and_has_words(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for picture in page.all("img"):
            assert "alt" in picture, (name, picture)
            if picture.get("src"):
                assert picture.get("width"), (name, picture)
                assert picture.get("height"), (name, picture)


def test_every_page_has_one_heading_a_title_and_a_language(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert len(page.all("h1")) == 1, name
        assert page.one("html")["lang"] == "en", name
        assert len(page.all("title")) == 1, name
        assert page.one("main")["id"] == "main", name


def test_every_field_has_a_label(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        labelled = {label.get("for") for label in page.all("label")}
        for field in page.all("input"):
            inside_its_label = field.get("type") == "file"
            named = field.get("aria-label") or field.get("id") in labelled or inside_its_label
            assert field.get("type") == "hidden" or named, (name, field)


def test_hashed_files_are_kept_for_ever_and_pages_are_not(browser: FlaskClient, pages: dict[str, Page]) -> None:
    [stylesheet] = [str(tag["href"]) for tag in pages["/"].all("link", rel="stylesheet")]
    assert "immutable" in browser.get(stylesheet).headers["Cache-Control"]
    assert "immutable" not in browser.get(stylesheet.partition("?")[0]).headers.get("Cache-Control", "")
