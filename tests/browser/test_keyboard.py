"""From the shelf to the picture and into the bag with the keyboard alone, and always to be seen where one is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WAIT_MS, Visitor
from tests.browser.states import Visits
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

STEPS_MAX = 80
FOCUS_IS_SEEN = """() => {
    const host = document.activeElement, focused = host.shadowRoot?.activeElement ?? host;
    const labels = [...(focused.labels ?? [])];
    const around = [host, focused.parentElement, focused.parentElement?.parentElement];
    const isOutlined = element => {
        const style = getComputedStyle(element);
        const isWide = style.outlineStyle === "auto" || parseFloat(style.outlineWidth) >= 2;
        return style.outlineStyle !== "none" && isWide;
    };
    const box = focused.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && [focused, ...labels, ...around].filter(Boolean).some(isOutlined);
}"""


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, wanted: Locator) -> None:
        """Tab until it has the focus."""
        for _ in range(STEPS_MAX):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(FOCUS_IS_SEEN), self.focused
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"never reached: {wanted}")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    @property
    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def test_a_shopper_gets_a_picture_with_the_keyboard_alone(desktop: Visitor, system: RunningSystem) -> None:
    page, keyboard = desktop.page, Keyboard(desktop.page)
    visits = Visits(system, "en")
    page.goto(visits.launch_url(visits.open_session()))
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keyboard.press("Enter")

    keyboard.go_to(page.locator("[data-go-on-here]:visible").first)
    with page.expect_file_chooser() as chooser:  # the first press may already reach the field that it moves to
        keyboard.press("Enter")
        expect(page.locator("input[type=file]:not([capture])").first).to_be_focused()
        assert page.evaluate(FOCUS_IS_SEEN), keyboard.focused
        keyboard.press("Enter")
    chooser.value.set_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": person(3)})
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
    keyboard.go_to(page.get_by_role("checkbox"))
    keyboard.press("Space")
    expect(page.get_by_role("checkbox")).to_be_checked()
    keyboard.go_to(page.get_by_role("button", name="See it on me"))
    keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Here you are")).to_be_focused(timeout=WAIT_MS)
    slider = page.get_by_role("slider")
    keyboard.go_to(slider)
    before = slider.input_value()
    keyboard.press("ArrowRight", 5)
    assert slider.input_value() != before
    save = page.get_by_role("link", name="Save picture")
    keyboard.go_to(save)
    with page.expect_download():
        keyboard.press("Enter")
    keyboard.go_to(page.get_by_role("link", name=re.compile("Back to the product")).last)
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bandana camp shirt")).to_be_visible()


def test_the_shop_is_walked_with_the_keyboard_alone(desktop: Visitor, system: RunningSystem) -> None:
    page, keyboard = desktop.page, Keyboard(desktop.page)
    page.goto(system.shop_url)
    keyboard.go_to(page.get_by_role("link", name="Hats"))
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hats", level=1)).to_be_visible()
    page.goto(f"{system.shop_url}/DEMO-SHIRTS-2")
    keyboard.go_to(page.get_by_role("radio", checked=True))
    keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="L", exact=True)).to_be_checked()
    keyboard.go_to(page.get_by_role("button", name="Add to bag"))
    keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="is in your bag")).to_be_visible()
    page.goto(system.shop_url)
    keyboard.go_to(page.get_by_role("link", name="Bag, 1 piece"))
    keyboard.press("Enter")
    expect(page.get_by_text("Size L")).to_be_visible()
    keyboard.go_to(page.get_by_role("button", name="One more"))
    keyboard.press("Enter")
    expect(page.get_by_text("2 pieces")).to_be_visible()
    keyboard.go_to(page.get_by_role("button", name="Take out Bandana camp shirt"))
    keyboard.press("Space")
    expect(page.get_by_text("Bandana camp shirt was taken out.")).to_be_visible()
    keyboard.go_to(page.get_by_role("button", name="Put it back"))
    keyboard.press("Enter")
    expect(page.get_by_text("2 pieces")).to_be_visible()
    assert desktop.complaints == []
