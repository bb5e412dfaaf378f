"""The embed on the pages of a shop elsewhere: another host, another port, the whole system behind it."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.foreign import Customer, ForeignShop, open_foreign_shop
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shop(system: RunningSystem) -> Iterator[ForeignShop]:
    with open_foreign_shop(system) as shop:
        yield shop


@pytest.fixture
def desktop(chromium: Browser, shop: ForeignShop) -> Iterator[Customer]:
    with chromium.new_context(**DESKTOP) as context:
        yield Customer(context, shop)


@pytest.fixture
def phone(chromium: Browser, shop: ForeignShop) -> Iterator[Customer]:
    with chromium.new_context(**PHONE) as context:
        yield Customer(context, shop)


def jpeg(data: bytes) -> FilePayload:
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": data}


def test_the_shops_own_button_leads_through_the_whole_journey_and_into_the_cart(desktop: Customer) -> None:
    page = desktop.visit("own-button")
    [script] = desktop.asked_system
    assert script.endswith("/widget/v1/tryon.js"), "before a click nothing else is asked for"
    page.evaluate("Tryon.onAddToCart((detail) => { window.cart = detail.product.id; })")

    button = page.get_by_role("button", name="See it on me")
    button.click()
    expect(page.get_by_role("dialog", name="Try it on")).to_be_visible()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    [resolving] = [address for address in desktop.asked_system if "resolve-product" in address]
    assert parse_qs(urlsplit(resolving).query) == {
        "external_id": ["SKU-001"],
        "fallback_title": ["Blue Oxford shirt"],
        "fallback_image": [f"{desktop.shop.origin}/img/shirt.jpg"],
        "fallback_url": [f"{desktop.shop.origin}/p/shirt"],
    }

    desktop.room.locator("[data-go-on-here]").first.click()
    desktop.room.get_by_test_id("photo-input").set_input_files(jpeg(person(3)))
    desktop.room.get_by_test_id("consent").check()
    desktop.room.get_by_test_id("start").click()
    desktop.wait_for("completed")
    assert desktop.heard == ["ready", "open", "photo", "started", "completed"]
    told = desktop.detail("completed")
    assert str(told["image_url"]).startswith(desktop.shop.system.url + "/media/results/")
    assert page.evaluate("id => Tryon.getJob(id)", told["job_id"])["status"] == "completed"

    desktop.room.locator("[data-tryon-action=add-to-cart]").click()
    expect(page.locator("iframe[data-tryon]")).to_have_count(0)
    assert (desktop.heard[-2:], page.evaluate("cart")) == (["add-to-cart", "close"], "SKU-001")
    expect(button).to_be_focused()
    assert (desktop.errors, desktop.warnings) == ([], [])


def test_the_element_is_a_button_in_the_pages_language_and_opens_a_sheet_on_a_phone(phone: Customer) -> None:
    page = phone.visit("element")
    for name in ("Try it on", "Put it on", "Fitting room"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    first = page.get_by_role("button", name="Try it on")
    style = "element => { const { color, fontFamily } = getComputedStyle(element); return [color, fontFamily]; }"
    assert first.evaluate(style.replace("{ color,", "{ backgroundColor: color,")) == [
        "rgb(138, 40, 70)",
        "Georgia, serif",
    ]

    page.evaluate("scrollTo(0, 40)")
    first.tap()
    expect(phone.room.get_by_role("heading", level=1)).to_be_visible()
    dialog = page.get_by_role("dialog")
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.set_viewport_size({"width": 844, "height": 390})
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 844, "height": 390}
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    dialog.get_by_role("button", name="Close").tap()
    expect(dialog).to_have_count(0)
    assert page.evaluate("[scrollY, document.documentElement.style.overflow]") == [40, ""]
    assert phone.errors == []


@pytest.mark.parametrize(
    ("language", "label", "close"),
    [
        ("he", "למדוד", "סגירה"),
        ("ja-JP", "試着する", "閉じる"),
        ("pt-BR", "Experimentar", "Fechar"),
        ("nl", "Try it on", "Close"),
    ],
)
def test_the_words_are_the_pages(desktop: Customer, language: str, label: str, close: str) -> None:
    direction = "rtl" if language == "he" else "ltr"
    html = f"""<!doctype html><html lang="{language}" dir="{direction}"><title>x</title>
      <script src="https://tryon.example/widget/v1/tryon.js" data-publishable-key="dress_pk_live_…"></script>
      <tryon-button external-product-id="SKU-001">
      </tryon-button>"""
    desktop.shop.write(f"words-{language}", html)
    page = desktop.visit(f"words-{language}")
    page.get_by_role("button", name=label).click()
    expect(page.get_by_role("dialog", name=label).get_by_role("button", name=close)).to_be_visible()
    expected = language if language != "nl" else "en"
    expect(desktop.room.locator("html")).to_have_attribute("lang", re.compile(rf"^{expected}"))
    expect(desktop.room.locator("html")).to_have_attribute("dir", direction)


def test_in_an_application_of_one_page_the_product_changes_and_buttons_come_and_move(desktop: Customer) -> None:
    page = desktop.visit("single-page-app")
    for name, sku in (("Shirt", "SKU-001"), ("Trousers", "SKU-002")):
        page.locator(f"[data-go={sku}]").click()
        page.locator("tryon-button").click()
        expect(desktop.room.get_by_text(re.compile(name, re.IGNORECASE)).first).to_be_visible()
        product = desktop.detail("open")["product"]
        assert (product["id"], product["title"]) == (sku, page.locator("h1").text_content())
        assert product["image"] == f"{desktop.shop.origin}/img/{sku}.jpg"
        page.keyboard.press("Escape")
        page.locator(f"[data-tryon-product={sku}]").click()
        page.evaluate("document.querySelector('[data-tryon-product]').remove()")  # the page goes on while it is open
        page.evaluate("Tryon.close()")
    assert desktop.heard.count("close") == 4
    assert desktop.errors == []


def test_it_works_under_a_strict_policy_with_trusted_types(desktop: Customer) -> None:
    page = desktop.visit("strict-csp")
    page.locator("tryon-button").hover()
    page.locator("tryon-button").click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert page.get_by_role("dialog").evaluate("dialog => getComputedStyle(dialog).width") == "960px"
    page.keyboard.press("Escape")
    assert desktop.heard == ["ready", "open", "close"], "no violation among them"
    assert (desktop.errors, desktop.warnings) == ([], [])


def test_when_the_system_is_away_it_says_so_kindly_once_and_tries_again(desktop: Customer) -> None:
    page = desktop.visit("own-button")
    page.route("**/partner/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("status")).to_contain_text("Not available right now")
    assert desktop.warnings == ["tryon: unreachable"]
    assert desktop.detail("error")["code"] == "unreachable"
    assert page.evaluate("Promise.all([Tryon.hasModel(), Tryon.getJob('x'), Tryon.requestTryOn()])") == [None] * 3

    page.unroute("**/partner/v1/**")
    page.get_by_role("button", name="Try again").click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.keyboard.press("Escape")
    assert desktop.errors == []


def test_an_answer_that_does_not_come_is_not_waited_for_longer_than_15_seconds(desktop: Customer) -> None:
    page, _ = run_out_of_time(desktop)
    page.get_by_role("button", name="Try again").click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert desktop.heard == ["ready", "open", "error"]
    assert desktop.errors == []


def test_an_attempt_that_ran_out_of_time_takes_no_room_away_when_its_answer_comes_after_all(desktop: Customer) -> None:
    page, late = run_out_of_time(desktop)
    page.get_by_role("button", name="Try again").click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    entered = desktop.frame.url
    with page.expect_response("**/partner/v1/embed/launches"):
        late.continue_()
    page.wait_for_timeout(500)  # for what must not happen
    assert desktop.frame.url == entered
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert desktop.errors == []


def test_a_late_answer_still_opens_the_room_where_nobody_has_tried_again(desktop: Customer) -> None:
    page, late = run_out_of_time(desktop)
    late.continue_()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert desktop.heard == ["ready", "open", "error"]
    assert desktop.errors == []


def test_an_attempt_that_ran_out_of_time_fails_once_and_leaves_the_button_where_it_is(desktop: Customer) -> None:
    page, late = run_out_of_time(desktop)
    button = page.get_by_role("button", name="Try again")
    found = button.element_handle()
    with page.expect_event("requestfailed"):
        late.abort()
    page.wait_for_timeout(500)  # for what must not happen
    assert found.evaluate("button => button.isConnected"), "somebody may be pressing it"
    assert desktop.heard == ["ready", "open", "error"]
    assert desktop.warnings == ["tryon: unreachable"]
    button.click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert desktop.errors == []


def run_out_of_time(customer: Customer) -> tuple[Page, Route]:
    """The page at the end of an attempt to open the room, and the request that was not answered; later ones are."""
    customer.page.clock.install()
    page, held = customer.visit("own-button"), list[Route]()
    page.route("**/partner/v1/embed/sessions", lambda route: route.continue_() if held else held.append(route))
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.clock.fast_forward(14_000)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.clock.fast_forward(1_500)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.clock.resume()
    assert len(held) == 1
    return page, held[0]


def test_with_the_keyboard_alone_and_nobody_else_can_close_it(desktop: Customer) -> None:
    page = desktop.visit("element")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("postMessage({ tryon: 1, type: 'close' }, '*')")
    page.evaluate(
        """async () => {
            const stranger = document.body.appendChild(document.createElement("iframe"));
            stranger.srcdoc = "<script>parent.postMessage({ tryon: 1, type: 'add-to-cart' }, '*')</script>";
            await new Promise((done) => { stranger.onload = done; });
        }"""
    )
    assert "add-to-cart" not in desktop.heard
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.shadowRoot?.activeElement?.nodeName === 'IFRAME'")
    page.keyboard.press("Escape")  # pressed inside our frame
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tryon-button").first).to_be_focused()
    assert desktop.heard == ["ready", "open", "close"]


def test_a_second_include_blocked_storage_and_a_veto_do_no_harm(desktop: Customer) -> None:
    desktop.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = desktop.visit("own-button")
    page.evaluate(
        """address => new Promise((done) => {
            window.first = Tryon;
            document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done }));
        })""",
        f"{desktop.shop.system.url}/widget/v1/tryon.js",
    )
    assert page.evaluate("Tryon === first")
    page.evaluate("addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true })")
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="A cap").click()
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("/own-button"), "a link that is a try-on button leads nowhere else"
    assert desktop.errors == []


def test_calls_before_the_script_is_there_are_kept_and_answered(desktop: Customer) -> None:
    page = desktop.visit("before-loading")
    expect(page.locator("body")).to_contain_text("Has a model: false.")
    expect(page.locator("body")).to_contain_text("It is ready.")
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert desktop.errors == []


def test_a_shops_own_route_says_who_the_shopper_is_and_an_expired_token_is_renewed(desktop: Customer) -> None:
    shop = desktop.shop
    asked = shop.ask("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-7"}).json()
    expired = '{"access_token": "x.y.z"}'
    shop.server.serve("/tryon-session", expired.encode(), "application/json")
    html = """<!doctype html><html lang="en"><title>x</title>
      <script src="https://tryon.example/widget/v1/tryon.js" data-publishable-key="dress_pk_live_…"
              data-session-url="/tryon-session"></script>
      <tryon-button external-product-id="SKU-001"></tryon-button>"""
    shop.write("own-session", html)
    page = desktop.visit("own-session")
    assert page.evaluate("Tryon.hasModel()") is None
    assert desktop.warnings == ["tryon: unauthorized"]
    shop.server.serve("/tryon-session", f'{{"access_token": "{asked["access_token"]}"}}'.encode(), "application/json")
    assert page.evaluate("Tryon.hasModel()") is False
    page.get_by_role("button").click()
    expect(desktop.room.get_by_role("heading", level=1)).to_be_visible()
    assert shop.ask("GET", "/v1/sessions?limit=1").json()["data"][0]["product_id"] is not None
    assert not [address for address in desktop.asked_system if "embed/sessions" in address]


def test_the_page_at_the_desk_hears_of_the_picture_that_the_phone_asks_for(
    desktop: Customer, chromium: Browser
) -> None:
    page = desktop.visit("own-button")
    page.get_by_role("button", name="See it on me").click()
    expect(desktop.room.get_by_test_id("qr").first).to_be_visible()
    with chromium.new_context(**PHONE) as context:
        phone = context.new_page()
        try_on(phone, desktop.frame.url)
        desktop.wait_for("completed")
        expect(phone.get_by_test_id("result")).to_be_visible(timeout=60_000)
        cart = phone.locator("[data-tryon-action=add-to-cart]")
        expect(cart).to_have_attribute("href", page.url)  # where there is no page of the shop around it
    assert desktop.heard == ["ready", "open", "started", "completed"]
    assert desktop.errors == []


def test_a_picture_that_is_finished_before_the_desk_asks_again_was_started_all_the_same(
    desktop: Customer, chromium: Browser
) -> None:
    held: list[Route] = []
    page = desktop.visit("own-button")
    is_held = True
    page.route("**/handoff?*", lambda route: held.append(route) if is_held else route.continue_())
    page.get_by_role("button", name="See it on me").click()
    expect(desktop.room.get_by_test_id("qr").first).to_be_visible()
    with chromium.new_context(**PHONE) as context:
        phone = context.new_page()
        try_on(phone, desktop.frame.url)
        expect(phone.get_by_test_id("result")).to_be_visible(timeout=60_000)
    assert held, "the desk has asked meanwhile"
    is_held = False
    for route in held:
        route.continue_()
    desktop.wait_for("completed")
    assert desktop.heard == ["ready", "open", "started", "completed"]


def try_on(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_test_id("photo-input").set_input_files(jpeg(person(3)))
    phone.get_by_test_id("consent").check()
    phone.get_by_test_id("start").click()


def test_the_studio_opens_in_the_frame_and_the_page_learns_of_the_model(desktop: Customer) -> None:
    page = desktop.visit("element")
    page.evaluate("void Tryon.openModelStudio().then((model) => { window.model = ['first', model ?? 'none']; })")
    desktop.room.get_by_test_id("photo-input").set_input_files(jpeg(person(3)))
    desktop.room.get_by_test_id("consent").check()
    desktop.room.locator("form[data-photo-form] [type=submit]").click()
    expect(desktop.room.get_by_test_id("studio-keep")).to_be_visible(timeout=60_000)
    assert "token" not in desktop.frame.url
    desktop.room.get_by_test_id("studio-keep").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    first, model_id = page.evaluate("model")
    assert (first, model_id[:4]) == ("first", "mdl_")
    assert page.url.endswith("/element"), "the page itself went nowhere"
    assert page.evaluate("Tryon.hasModel()") is True

    job_id = page.evaluate("Tryon.requestTryOn('SKU-002')")["job_id"]
    assert page.evaluate("id => Tryon.getJob(id)", job_id)["product_id"].startswith("prd_")
    page.evaluate("void Tryon.openModelStudio().then((model) => { window.model = ['second', model ?? 'none']; })")
    desktop.room.locator("[data-tryon-message=studio-closed]").first.click()
    page.wait_for_function("model[0] === 'second'")
    assert page.evaluate("model") == ["second", "none"]

    page.get_by_role("button", name="Put it on").click()
    desktop.room.locator("[data-go-on-here]").first.click()
    expect(desktop.room.get_by_role("button", name="Use the photo you already gave")).to_be_visible()
    assert desktop.errors == []
