import pytest
from flask import Flask, request

from tryon.pages.visits import is_visit

PEOPLE = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 [LinkedInApp]/9.30",
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Instagram 380.0",
    "curl/8.5.0",
]
MACHINES = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5",
    "TelegramBot (like TwitterBot)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
]


def is_visit_of(agent: str) -> bool:
    with Flask(__name__).test_request_context("/", headers={"User-Agent": agent}):
        return is_visit(request)


@pytest.mark.parametrize("agent", PEOPLE)
def test_what_somebody_meant_to_open_is_a_visit(agent: str) -> None:
    assert is_visit_of(agent)


@pytest.mark.parametrize("agent", MACHINES)
def test_a_machine_that_fetches_every_link_is_none(agent: str) -> None:
    assert not is_visit_of(agent)
