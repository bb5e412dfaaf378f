from flask.testing import FlaskClient

from tests.pages.conftest import read
from tryon.wiring import tools


def test_the_privacy_page_says_what_the_settings_say(browser: FlaskClient) -> None:
    tools().settings.photo_keep_days, tools().settings.result_keep_days = 11, 1
    words = read(browser.get("/privacy")).words
    assert "11 days after you last used it" in words
    assert "1 day after it was made" in words
    assert "24 hours" in words


def test_the_home_page_leads_to_the_demo_shop(browser: FlaskClient) -> None:
    assert read(browser.get("/")).all("a", href="/demo")
