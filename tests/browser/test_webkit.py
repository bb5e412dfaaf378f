"""`xvfb-run pytest -m webkit`: the embed in WebKit, the engine of every browser on an iPhone, where a frame of another
site keeps no cookies. Debian has it as webkit2gtk-driver."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.foreign import LISTEN, ForeignShop, open_foreign_shop
from tests.system import RunningSystem
from tryon.demo import get_picture_folder

pytestmark = pytest.mark.webkit

WAIT_SECONDS = 60
FRAME = "const host = document.querySelector('html > div'); const frame = host?.shadowRoot?.querySelector('iframe'); "


class Customer:
    """Somebody with Safari on the shop's page, or inside our frame after `enter`."""

    def __init__(self, driver: WebKitGTK, shop: ForeignShop) -> None:
        self.driver, self.shop = driver, shop
        self._wait = WebDriverWait(driver, WAIT_SECONDS)

    def visit(self, name: str) -> None:
        self.driver.get(f"{self.shop.origin}/{name}")
        self._wait.until(lambda driver: driver.execute_script("return window.Tryon?.configure !== undefined"))
        self.driver.execute_script(LISTEN)

    def enter(self) -> None:
        frame = self._wait.until(
            lambda driver: driver.execute_script(FRAME + "return frame?.src && !frame.hidden && frame")
        )
        self.driver.switch_to.frame(frame)
        self.see("h1")

    def leave(self) -> None:
        self.driver.switch_to.default_content()
        self._wait.until(lambda driver: driver.execute_script(FRAME + "return !frame"))

    def see(self, selector: str) -> WebElement:
        """The first one that is shown, once there is one."""

        def shown(driver: WebKitGTK) -> list[WebElement]:
            return [each for each in driver.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()]

        return self._wait.until(shown)[0]

    def press(self, selector: str) -> None:
        self.see(selector).click()

    def give(self, photo: Path) -> None:
        self.driver.find_element(By.CSS_SELECTOR, "[data-testid=photo-input]").send_keys(str(photo))

    def on_the_page(self, expression: str) -> object:
        return self.driver.execute_script(f"return {expression}")


@pytest.fixture
def customer(system: RunningSystem) -> Iterator[Customer]:
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    driver_path = shutil.which("WebKitWebDriver")
    if not browsers or driver_path is None:
        pytest.fail("WebKit is not installed (on Debian: apt-get install webkit2gtk-driver xvfb)")
    options = Options()
    options.binary_location = str(browsers[-1])
    options.add_argument("--automation")
    with open_foreign_shop(system) as shop:
        driver = WebKitGTK(options=options, service=Service(driver_path))
        try:
            yield Customer(driver, shop)
        finally:
            driver.quit()


@pytest.fixture
def photo() -> Path:
    return get_picture_folder() / "people" / "3_posture.jpg"


def test_a_shopper_in_a_frame_of_another_site_gets_a_picture_and_puts_the_product_into_the_cart(
    customer: Customer, photo: Path
) -> None:
    customer.visit("own-button")
    customer.press("[data-tryon-product=SKU-001]")
    customer.enter()
    customer.press("[data-go-on-here]")
    customer.give(photo)
    customer.press("[data-testid=consent]")
    customer.press("[data-testid=start]")
    picture = customer.see("[data-testid=result] img")
    WebDriverWait(customer.driver, WAIT_SECONDS).until(lambda _: int(picture.get_property("naturalWidth") or 0) > 0)  # type: ignore[arg-type]
    customer.press("[data-tryon-action=add-to-cart]")
    customer.leave()
    heard = customer.on_the_page("heard.map(([type]) => type)")
    assert heard == ["open", "photo", "started", "completed", "add-to-cart", "close"]


def test_a_shopper_keeps_a_photo_in_the_studio_and_the_page_learns_of_it(customer: Customer, photo: Path) -> None:
    customer.visit("element")
    customer.on_the_page("void Tryon.openModelStudio().then((model) => { window.model = model; })")
    customer.enter()
    customer.give(photo)
    customer.press("[data-testid=consent]")
    customer.press("form[data-photo-form] [type=submit]")
    customer.press("[data-testid=studio-keep]")
    customer.leave()
    WebDriverWait(customer.driver, WAIT_SECONDS).until(lambda _: customer.on_the_page("window.model !== undefined"))
    assert str(customer.on_the_page("model")).startswith("mdl_")
    assert customer.on_the_page("Tryon.hasModel()") is True
