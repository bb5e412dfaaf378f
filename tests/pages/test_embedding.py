"""Pages of ours in a frame of a shop's page: whom they talk to."""

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import Page, read
from tests.pages.test_studio import open_studio
from tests.scene import Scene
from tryon.config import Settings
from tryon.shoppers.finding import get_or_create_shopper

ORIGIN = "https://corner.example"


def talks_to(page: Page) -> list[str | None]:
    return [script["data-embed-origin"] for script in page.all("script") if "data-embed-origin" in script]


@pytest.mark.parametrize("origin", [ORIGIN, None])
def test_a_launch_page_talks_to_the_page_whose_embed_opened_it_and_to_no_other(
    browser: FlaskClient, scene: Scene, origin: str | None
) -> None:
    session = scene.open_session(embed_origin=origin)
    page = read(browser.get(f"/s/{session.id}"))
    assert talks_to(page) == ([origin] if origin else [])


@pytest.mark.parametrize(("back", "origins"), [({"partner_return": f"{ORIGIN}/account?tab=me"}, [ORIGIN]), ({}, [])])
def test_the_studio_talks_to_the_shop_it_returns_to(
    browser: FlaskClient, scene: Scene, back: dict[str, str], origins: list[str]
) -> None:
    newcomer = get_or_create_shopper(scene.owner.merchant, "newcomer")
    assert talks_to(open_studio(browser, newcomer, **back)) == origins


def test_who_may_call_us_for_every_merchant_may_frame_us_too(
    browser: FlaskClient, scene: Scene, settings: Settings
) -> None:
    settings.partner_cors_origins = "https://all.example"
    policy = browser.get(f"/s/{scene.open_session().id}").headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' {ORIGIN} https://all.example")
