"""The model studio and a shopper's own page in a real browser: in a foreign frame, by keyboard, without scripts."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import DESKTOP, WAIT_MS, Visitor
from tests.browser.states import choose_photo
from tests.pictures import card, person
from tests.shop import Shop, open_shop
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)

NOTE_EVERY_SHIFT = """window.shifted = [];
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted.push(shift.value);
}).observe({ type: "layout-shift", buffered: true });"""


@dataclass
class Corner:
    """A merchant whose pages stand at `localhost`: to the browser another site than ours, at 127.0.0.1."""

    shop: Shop
    system: RunningSystem
    secret_key: str

    @property
    def port(self) -> str:
        return self.shop.host.partition(":")[2]

    def address(self, path: str, shopper: str, host: str = "localhost", **query: str) -> str:
        answer = requests.post(
            f"{self.system.url}/partner/v1/sessions",
            json={"external_user_ref": shopper},
            headers={"Authorization": f"Bearer {self.secret_key}"},
            timeout=30,
        )
        token = answer.json()["access_token"]
        back = {"partner_return": f"http://{host}:{self.port}/return"} | query
        return f"{self.system.url}{path}?{urlencode({'access_token': token} | back)}"

    def frame(self, page: Page, address: str, host: str = "localhost") -> None:
        """Open the shop's page with that address in a frame."""
        words = (
            f'<title>Shop</title><h1>Shop</h1><iframe src="{address.replace("&", "&amp;")}" width="420" height="900">'
        )
        self.shop.serve("/frame", words.encode(), "text/html")
        page.goto(f"http://{host}:{self.port}/frame")

    def returned(self, page: Page) -> str:
        """The address at which a browser came back with a photo; the shop's server knows it best."""
        for _ in range(400):
            found = [visit for visit in self.shop.visits if visit.startswith("/return?model_id=mdl_")]
            if found:
                self.shop.visits.clear()
                return found[-1]
            page.wait_for_timeout(100)
        raise AssertionError(f"Nobody came back: {self.shop.visits}")


@pytest.fixture(scope="module")
def corner(system: RunningSystem) -> Iterator[Corner]:
    secret = json.loads((system.data_dir / "secrets.json").read_text())["partner_admin_secret"]
    with open_shop() as shop:
        port = shop.host.partition(":")[2]
        body = {"name": "Corner", "allowed_origins": [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1")]}
        answer = requests.post(
            f"{system.url}/partner/v1/admin/merchants",
            json=body,
            headers={"X-Partner-Admin-Secret": secret},
            timeout=30,
        )
        answer.raise_for_status()
        shop.serve("/return", b"<title>Back</title><h1>Back at the shop</h1>", "text/html")
        yield Corner(shop, system, answer.json()["secret_key"])


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(**DESKTOP) as context:
        context.set_default_timeout(WAIT_MS)
        yield context


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_in_a_frame_of_another_site_a_photo_is_checked_kept_and_taken_back(
    context: BrowserContext, corner: Corner, host: str
) -> None:
    page = context.new_page()
    corner.frame(page, corner.address("/embed/model-studio", f"framed-{host}", host), host)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="A photo of you")).to_be_visible()
    inside = page.frames[1]
    assert "token" not in inside.url
    assert not re.search(r"\?", inside.url)

    choose_photo(inside, card("teal", (600, 800)))  # type: ignore[arg-type]
    frame.get_by_test_id("consent").check()
    frame.get_by_test_id("start").click()
    expect(frame.get_by_test_id("error")).to_be_visible()

    choose_photo(inside, person(1))  # type: ignore[arg-type]
    # The answer is held back until a line is seen: a quick server gives it before the page asks how far it is.
    held: list[Route] = []
    page.route(re.compile(r"/photo$"), lambda route: held.append(route))
    page.route("**/looking/*", lambda route: route.fulfill(content_type="text/html", body="<li>It has arrived</li>"))
    frame.get_by_test_id("start").click()
    expect(frame.locator("[data-looking]").get_by_text("It has arrived")).to_be_visible()
    page.unroute("**/looking/*")
    held[0].continue_()
    expect(frame.get_by_test_id("studio-keep")).to_be_visible()
    expect(frame.get_by_text("You can be seen from head to hips")).to_be_visible()

    frame.get_by_test_id("studio-keep").click()
    assert corner.returned(page).endswith("status=ready")
    kept = [cookie["name"] for cookie in context.cookies()]
    assert len(kept) == (1 if host == "127.0.0.1" else 0), "a frame of another site keeps none, and goes on without"
    expect(page.get_by_role("heading", name="Shop", exact=True)).to_be_visible()


def test_a_page_that_the_shop_did_not_name_may_not_frame_it(context: BrowserContext, corner: Corner) -> None:
    with open_shop() as stranger:
        words = f'<title>Stranger</title><iframe src="{corner.address("/embed/model-studio", "anna")}"></iframe>'
        stranger.serve("/", words.replace("&", "&amp;").encode(), "text/html")
        page = context.new_page()
        page.goto(stranger.url + "/")
        page.wait_for_load_state("networkidle")
        assert page.frames[1].get_by_role("heading").count() == 0


def test_the_whole_studio_can_be_used_with_the_keyboard_alone_and_nothing_jumps(
    context: BrowserContext, corner: Corner
) -> None:
    page = context.new_page()
    page.add_init_script(NOTE_EVERY_SHIFT)
    page.goto(corner.address("/onboarding", "keys", partner_return=""))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    choose_photo(page, person(3))
    tab_to(page, "consent")
    page.keyboard.press("Space")
    tab_to(page, "start")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your photo is ready")).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifted") == []
    tab_to(page, "studio-keep")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All set")).to_be_visible()


def test_without_scripts_a_photo_is_given_replaced_and_deleted(plain_phone: Visitor, corner: Corner) -> None:
    page = plain_phone.page
    page.goto(corner.address("/embed/model-studio", "plain", partner_return=""))
    for number in (1, 3):
        choose_photo(page, person(number))
        page.get_by_test_id("consent").check()
        page.get_by_test_id("start").click()
        expect(page.get_by_role("heading", name="Your photo is ready")).to_be_visible()
        if number == 1:
            page.get_by_role("link", name="Take another one").click()
    page.get_by_role("button", name="Use photo 1").click()
    page.get_by_role("link", name="Delete my photo").click()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Delete my photo").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="A photo of you")).to_be_visible()
    expect(page.get_by_role("button", name="Use photo 1")).to_have_count(1)
    assert not plain_phone.is_wider_than_the_screen


def test_a_shopper_takes_their_data_away_and_deletes_everything(
    context: BrowserContext, corner: Corner, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(corner.address("/embed/model-studio", "leaving"))
    choose_photo(page, person(2))
    page.get_by_test_id("consent").check()
    page.get_by_test_id("start").click()
    page.get_by_test_id("studio-keep").wait_for()
    page.get_by_role("link", name="Your photos and pictures").click()
    expect(page.get_by_text("You agreed on")).to_be_visible()
    mine = page.url

    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    download.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "mine.zip").read_bytes())) as archive:
        [photo] = json.loads(archive.read("about-me.json"))["photos"]
        assert archive.read(photo["file"])[:2] == b"\xff\xd8"

    with context.browser.new_context() as elsewhere:  # type: ignore[union-attr]
        stranger = elsewhere.new_page()
        stranger.goto(mine)
        expect(stranger.get_by_role("heading", name="Your visit has ended")).to_be_visible()

    page.goto(corner.address("/me", "somebody else"))
    expect(page.get_by_text("No photo of you is kept.")).to_be_visible()

    page.goto(mine)
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", name="Everything is deleted")).to_be_visible()
    page.goto(mine)
    expect(page.get_by_role("heading", name="Your visit has ended")).to_be_visible()
    page.goto(corner.address("/me", "leaving"))
    expect(page.get_by_text("No photo of you is kept.")).to_be_visible()


def tab_to(page: Page, testid: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == testid:
            return
    raise AssertionError(f"The keyboard never comes to {testid}.")
