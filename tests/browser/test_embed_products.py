"""What the embed reads of a product from the pages of shops, which describe theirs in many ways."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from tryon.pages.widget import FILE

pytestmark = pytest.mark.browser

SHOP = "https://corner.example"
PRODUCT = {"@type": "Product", "sku": "S1", "name": "Shirt", "image": "/s.jpg"}
SHIRT = {"external_id": "S1", "fallback_title": "Shirt", "fallback_image": f"{SHOP}/s.jpg"}
OPEN_GRAPH = """<meta property="og:title" content="Cap"><meta property="og:image" content="https://img.example/c.jpg">
<meta property="og:url" content="https://corner.example/cap">"""


def linked(*data: Any) -> str:
    return "".join(f'<script type="application/ld+json">{each}</script>' for each in map(json.dumps, data))


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A shop's page without a server: every address of the shop answers with an empty page."""
    with chromium.new_context() as context:
        page = context.new_page()
        empty = "<!doctype html><html lang=en><head></head><body></body></html>"
        page.route(f"{SHOP}/**", lambda route: route.fulfill(body=empty, content_type="text/html"))
        page.goto(f"{SHOP}/p/1")
        page.add_script_tag(content=FILE.read_text())
        page.evaluate("Tryon.configure({ origin: 'https://tryon.example', publishableKey: 'dress_pk_test_x' })")
        yield page


def told(page: Page, head: str, button: str = "null", given: str = "null") -> dict[str, str]:
    """What the system is asked for, when the page has this head."""
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("https://tryon.example/**/resolve-product*", note)
    page.route("https://tryon.example/**/sessions", lambda route: route.abort())
    page.evaluate("head => { document.head.innerHTML = head; }", head)
    page.evaluate(f"Tryon.open({given}, {button})")
    page.wait_for_function("document.querySelector('html > div').shadowRoot.querySelector('p button')")
    page.evaluate("Tryon.close()")
    page.unroute("https://tryon.example/**/resolve-product*")
    [address] = asked
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    "data",
    [
        [PRODUCT],
        [[{"@type": "BreadcrumbList"}, PRODUCT]],
        [{"@graph": [{"@type": "WebPage", "mainEntity": PRODUCT | {"@type": ["Thing", "Product"]}}]}],
        [{"@type": "Organization", "name": "Corner"}, PRODUCT | {"@type": "http://schema.org/Product"}],
        [PRODUCT | {"image": ["/s.jpg", "/t.jpg"]}],
        [PRODUCT | {"image": {"@type": "ImageObject", "url": "/s.jpg"}}],
        [PRODUCT | {"isSimilarTo": [{"@type": "Product", "sku": "S9", "name": "Other"}]}],
    ],
)
def test_json_ld_tells_the_product_wherever_it_stands(page: Page, data: list[Any]) -> None:
    assert told(page, linked(*data)) == SHIRT


def test_of_several_the_one_with_the_buttons_id_is_meant_and_of_strangers_nothing_is_told(page: Page) -> None:
    others = linked(PRODUCT, PRODUCT | {"sku": 77, "name": "Hat", "image": "/h.jpg"})
    hat = {"external_id": "77", "fallback_title": "Hat", "fallback_image": f"{SHOP}/h.jpg"}
    assert told(page, others, given="'77'") == hat
    assert told(page, others, given="'S5'") == {"external_id": "S5"}
    group = {"@type": "ProductGroup", "productGroupID": "G", "name": "Shirts", "hasVariant": [PRODUCT]}
    assert told(page, linked(group), given="'S1'") == SHIRT
    assert told(page, linked(group | {"image": "/g.jpg"}))["fallback_title"] == "Shirts"


def test_a_slip_in_somebodys_json_ld_hides_no_product(page: Page) -> None:
    broken = '<script type="application/ld+json">{"@type": "Product", </script>'
    assert told(page, broken + linked(None, 7, "x", PRODUCT)) == SHIRT


def test_open_graph_tells_what_json_ld_does_not_except_on_a_list(page: Page) -> None:
    cap = {
        "external_id": "C1",
        "fallback_title": "Cap",
        "fallback_image": "https://img.example/c.jpg",
        "fallback_url": f"{SHOP}/cap",
    }
    assert told(page, OPEN_GRAPH, given="'C1'") == cap
    assert told(page, OPEN_GRAPH) == cap | {"external_id": "/p/1"}
    website = '<meta property="og:type" content="website">'
    assert told(page, OPEN_GRAPH + website, given="'C1'") == {"external_id": "C1"}
    assert told(page, "") == {"external_id": "/p/1"}


def test_the_button_knows_better_than_the_page_and_the_call_better_than_both(page: Page) -> None:
    button = """(() => {
        const made = document.createElement("button");
        Object.assign(made.dataset, { tryonProduct: "S1", tryonTitle: "Linen" });
        return made;
    })()"""
    assert told(page, linked(PRODUCT), button) == SHIRT | {"fallback_title": "Linen"}
    page.evaluate("Tryon.setProduct({ id: 'S1', image: '/blue.jpg' })")
    assert told(page, linked(PRODUCT)) == SHIRT | {"fallback_image": f"{SHOP}/blue.jpg"}
    assert told(page, linked(PRODUCT), given="{ id: 'S2', title: 'Given' }") == {
        "external_id": "S2",
        "fallback_title": "Given",
    }
