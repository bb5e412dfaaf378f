"""Every page in each of its states, on a running system: for tests that look at all of them the same way."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from playwright.sync_api import FrameLocator, Page

from tests.pictures import card, person
from tests.system import RunningSystem
from tryon.clock import now
from tryon.demo_shop.keys import ShopKeys, read_keys

SHIRT = "DEMO-SHIRTS-2"
ENGINE_WORKER = "worker --queues generations"
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class State:
    name: str
    """As a file may be called: launch-photo."""
    url: str
    then: Callable[[Page], None] | None = None
    """What a visitor does there to come into the state."""

    @property
    def is_plain(self) -> bool:
        """There as soon as its address is opened."""
        return self.then is None

    def open(self, page: Page) -> None:
        answer = page.goto(self.url)
        assert answer, self.name
        assert answer.status < 500, f"{self.name}: {answer.status}"
        if self.then:
            self.then(page)


class Visits:
    """Opens what has to be there before a page can be seen, as the demo merchant's server and its shoppers do."""

    def __init__(self, system: RunningSystem, locale: str) -> None:
        self.system, self.locale = system, locale
        keys = read_keys(system.data_dir)
        assert keys
        self.keys: ShopKeys = keys

    def states(self) -> Iterator[State]:
        """All but those that `waiting` and `reference` show."""
        yield from self._site()
        yield from self._shop()
        yield from self._launch()
        yield from self._studio()
        yield from self._me()
        with self.pictures_by_google():
            yield from self._consent()

    @contextmanager
    def pictures_by_google(self) -> Iterator[None]:
        """As if the merchant had put in a key, long ago; nobody is asked whether it works."""
        self._change(
            "INSERT INTO google_keys (merchant_id, sealed, last4, state, message, created_at, next_check_at) "
            f"VALUES ('{self.merchant_id}', 'sealed', '1234', 'ok', '', '{_earlier()}', '2999-01-01')"
        )
        try:
            yield
        finally:
            self._change("DELETE FROM google_keys")

    @contextmanager
    def waiting(self) -> Iterator[State]:
        """The engine stands still meanwhile, so that the wait has no end."""
        worker = self.system.process_id(ENGINE_WORKER)
        os.kill(worker, signal.SIGSTOP)
        try:
            session = self.open_session()
            self.give_photo(session)
            yield State("launch-waiting", self.launch_url(session), lambda page: page.wait_for_timeout(600))
        finally:
            os.kill(worker, signal.SIGCONT)

    def reference(self) -> State:
        """Apart, for it is as long as the API is large, in English, and every piece of it is made by the same lines."""
        return State("api-reference", f"{self.system.url}/docs")

    def _site(self) -> Iterator[State]:
        for name, path in {"home": "/", "privacy": "/privacy", "not-found": "/nothing"}.items():
            yield State(name, self.system.url + path)

    def _shop(self) -> Iterator[State]:
        shop = self.system.shop_url
        yield State("shop", shop)
        yield State("shop-department", f"{shop}/?department=bottoms")
        yield State("shop-product", f"{shop}/{SHIRT}")
        yield State("shop-product-added", f"{shop}/{SHIRT}", _add_to_bag)
        yield State("shop-fitting-room", f"{shop}/{SHIRT}", _open_fitting_room)
        yield State("shop-bag", f"{shop}/cart")
        yield State("shop-bag-undo", f"{shop}/cart?removed={SHIRT}_M_1")
        yield State("shop-not-found", f"{shop}/nothing")

    def _launch(self) -> Iterator[State]:
        yield State("launch-photo", self.launch_url(self.open_session()))
        yield State("launch-photo-chosen", self.launch_url(self.open_session()), _choose)
        yield State("launch-refused", self.launch_url(self.open_session()), refuse_photo)
        finished = self.finish(external_user_ref="customer-1")
        yield State("launch-result", self.launch_url(finished))
        yield State("launch-result-zoomed", self.launch_url(finished), _zoom)
        yield State("launch-result-shared", self.launch_url(finished), _share)
        yield State("share", self.launch_url(finished), _visit_share)
        yield State("share-unknown", f"{self.system.url}/share/{'x' * 32}")
        yield State("launch-earlier-photo", self.launch_url(self.open_session(external_user_ref="customer-1")))
        yield State("launch-failed", self.launch_url(self.change(self.open_session(), status="failed",
                    error_code="engine_failed", error_message="The picture could not be made.")))  # fmt: skip
        stopped = self.change(self.finish(), status="launched")
        self.fail_try(stopped, "engine_timeout")
        yield State("launch-try-again", self.launch_url(stopped))
        yield State("launch-cancelled", self.launch_url(self.change(self.open_session(), status="cancelled")))
        yield State("launch-expired", self.launch_url(self.change(self.open_session(), expires_at=_earlier())))
        yield State("launch-unknown", self.launch_url("tsn_01ARZ3NDEKTSV4RRFFQ69G5FAV"))

    def _studio(self) -> Iterator[State]:
        address = f"{self.system.url}/embed/model-studio"
        yield State("studio-without-token", address)
        yield State("studio-photo", f"{address}?access_token={self.token('newcomer')}")
        yield State("studio-refused", f"{address}?access_token={self.token('newcomer')}", refuse_photo)
        mine = f"?access_token={self.token('customer-1')}"
        yield State("studio-model", address + mine)
        yield State("studio-delete", address + mine, _follow("delete"))
        yield State("studio-kept", address + mine, _follow("kept"))

    def _me(self) -> Iterator[State]:
        address = f"{self.system.url}/me"
        mine = f"{address}?access_token={self.token('customer-1')}"
        yield State("me-without-token", address)
        yield State("me", mine)
        yield State("me-delete", mine, _follow("delete"))
        yield State("me-erase", mine, _follow("erase"))
        yield State("me-empty", f"{address}?access_token={self.token('newcomer')}")

    def _consent(self) -> Iterator[State]:
        """Where photos are sent to a company; the shopper's photo was given before they were."""
        yield State("launch-photo-google", self.launch_url(self.open_session()))
        mine = self.launch_url(self.open_session(external_user_ref="customer-1"))
        yield State("launch-earlier-photo-google", mine)
        yield State("privacy-google", f"{self.system.url}/privacy?shop={self.merchant_id}")
        studio = f"{self.system.url}/embed/model-studio?access_token={self.token('customer-1')}"
        yield State("studio-model-google", studio)

    def open_session(self, **fields: str) -> str:
        body = {"product_id": SHIRT, "return_url": f"{self.system.shop_url}/{SHIRT}", "locale": self.locale, **fields}
        return str(self._ask("/v1/sessions", body)["id"])

    def finish(self, **fields: str) -> str:
        """A session whose picture is made."""
        session = self.open_session(**fields)
        self.give_photo(session)
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = requests.get(f"{self.system.url}/v1/sessions/{session}", headers=self._headers, timeout=30).json()
            if found["status"] == "completed":
                return session
            time.sleep(0.2)
        raise AssertionError(f"no picture came: {found}")

    def give_photo(self, session: str) -> None:
        answer = requests.post(
            f"{self.launch_url(session)}/photo",
            files={"photo": ("me.jpg", person(3), "image/jpeg")},
            data={"consent": "true"},
            timeout=60,
        )
        answer.raise_for_status()

    def change(self, session: str, **values: str) -> str:
        """What no visitor can bring about in a moment is written into the row."""
        names = ", ".join(f"{name} = ?" for name in values)
        with closing(sqlite3.connect(self.system.data_dir / "tryon.sqlite3", timeout=20)) as database, database:
            database.execute(f"UPDATE try_on_sessions SET {names} WHERE id = ?", [*values.values(), session])
        return session

    def _change(self, statement: str) -> None:
        with closing(sqlite3.connect(self.system.data_dir / "tryon.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    def fail_try(self, session: str, code: str) -> None:
        """As if its newest try had ended so, in passing."""
        with closing(sqlite3.connect(self.system.data_dir / "tryon.sqlite3", timeout=20)) as database, database:
            database.execute(
                "UPDATE generations SET status = 'failed', error_code = ?, error_message = 'RAW', "
                "error_is_permanent = 0, result_key = NULL WHERE session_id = ?",
                [code, session],
            )

    def token(self, shopper: str) -> str:
        return str(self._ask("/partner/v1/sessions", {"external_user_ref": shopper})["access_token"])

    def launch_url(self, session: str) -> str:
        return f"{self.system.url}/s/{session}"

    @property
    def merchant_id(self) -> str:
        address = f"{self.system.url}/partner/v1/merchants/me"
        return str(requests.get(address, headers=self._headers, timeout=30).json()["merchant_id"])

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys.secret_key}"}

    def _ask(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        answer = requests.post(self.system.url + path, json=body, headers=self._headers, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def refuse_photo(page: Page) -> None:
    """Give a photo that shows nobody."""
    choose_photo(page, card("teal", (600, 800)))
    consent = page.get_by_role("checkbox").first
    if not consent.is_checked():
        consent.check()
    page.locator("form:has(input[type=file]) button[type=submit]").last.click()
    page.locator("#problem, [data-testid=error], .check-failed").first.wait_for()


def choose_photo(page: Page | FrameLocator, data: bytes) -> None:
    """At a desk the page leads with the code for the phone: there one goes on at the desk first."""
    page.locator("input[type=file]").first.wait_for(state="attached")
    here = page.locator("[data-go-on-here]:visible")
    if here.count():
        here.first.click()
    page.locator("input[type=file]:not([capture])").first.set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": data}
    )


def _add_to_bag(page: Page) -> None:
    page.locator("button[form=add]").click()
    page.locator("[data-bag-count]:not([hidden])").wait_for()


def _choose(page: Page) -> None:
    choose_photo(page, person(3))
    page.locator("[data-preview]:not([hidden])").wait_for()


def _follow(ending: str) -> Callable[[Page], None]:
    """The first link to an address that ends so."""

    def follow(page: Page) -> None:
        page.locator(f'a[href$="/{ending}"]').first.click()
        page.wait_for_url(f"**/{ending}")

    return follow


def _open_fitting_room(page: Page) -> None:
    page.locator("tryon-button button").click()
    page.frame_locator("iframe[data-tryon]").locator("h1").wait_for()


def _zoom(page: Page) -> None:
    page.get_by_test_id("zoom").click()
    page.locator("dialog[open]").wait_for()


def _share(page: Page) -> None:
    link = page.get_by_test_id("share-link")
    if not link.count():
        page.get_by_test_id("share").click()
    link.wait_for()


def _visit_share(page: Page) -> None:
    _share(page)
    page.goto(page.get_by_test_id("share-link").input_value())


def _earlier() -> str:
    return (now() - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
