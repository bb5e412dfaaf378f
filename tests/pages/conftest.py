"""A shopper with a browser, on an application with the quick engine."""

import io
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.engines.quick import QuickEngine
from tests.pictures import person
from tests.scene import Scene
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


class Page(HTMLParser):
    """What a page holds: `tags` as (name, attributes) in order, `words` without the tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self.feed(text)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def all(self, name: str, /, **attributes: str | None) -> list[dict[str, str | None]]:
        wanted = attributes.items()
        return [found for tag, found in self.tags if tag == name and wanted <= found.items()]

    def one(self, name: str, /, **attributes: str | None) -> dict[str, str | None]:
        [found] = self.all(name, **attributes)
        return found

    def pictures(self, of: str) -> list[str]:
        """Addresses of the shown pictures whose key begins with, say, results."""
        return [str(tag["src"]) for tag in self.all("img") if f"/media/{of}/" in (tag.get("src") or "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._words.append(data)


def read(answer: TestResponse) -> Page:
    assert answer.mimetype == "text/html"
    return Page(answer.text)


@pytest.fixture(autouse=True)
def engine(app: Flask) -> QuickEngine:
    engine = QuickEngine()
    tools().use_engine(engine)
    return engine


@pytest.fixture
def browser(client: FlaskClient) -> FlaskClient:
    client.environ_base["HTTP_USER_AGENT"] = PHONE
    return client


@pytest.fixture
def session(scene: Scene) -> TryOnSession:
    """Opened for a passer-by, so no photo is known yet."""
    return scene.open_session()


def give_photo(
    browser: FlaskClient,
    session: TryOnSession,
    data: bytes | None = None,
    *,
    consent: str | None = "true",
    **headers: str,
) -> TestResponse:
    form: dict[str, object] = {"photo": (io.BytesIO(person() if data is None else data), "me.jpg")}
    if consent is not None:
        form["consent"] = consent
    return browser.post(f"/s/{session.id}/photo", data=form, headers=headers)
