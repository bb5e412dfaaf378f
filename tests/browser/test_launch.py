"""The launch page as a shopper walks it, against the whole system: real server, queue, worker and engine."""

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import WAIT_MS, Visitor
from tests.browser.states import Visits
from tests.pictures import card, person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)


def jpeg(data: bytes) -> FilePayload:
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": data}


def large_photo() -> bytes:
    """As a phone's camera makes them: too many pixels for a quick upload."""
    picture = Image.open(io.BytesIO(person(3))).convert("RGB")
    buffer = io.BytesIO()
    picture.resize((2700, round(2700 * picture.height / picture.width))).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def open_product(page: Page, system: RunningSystem) -> None:
    visits = Visits(system, "en")
    back = f"{system.shop_url}/DEMO-SHIRTS-1"
    page.goto(visits.launch_url(visits.open_session(product_id="DEMO-SHIRTS-1", return_url=back)))
    expect(page.get_by_role("heading", name="See it on you")).to_be_visible()


def picture_size(page: Page, alt: str) -> tuple[int, int]:
    width, height = page.get_by_alt_text(alt).evaluate(
        "image => ['width', 'height'].map(name => +image.getAttribute(name))"
    )
    return width, height


def test_a_shopper_on_a_phone_gets_a_picture(phone: Visitor, system: RunningSystem) -> None:
    page = phone.page
    open_product(page, system)
    assert not phone.is_wider_than_the_screen
    page.locator("input[type=file]:not([capture])").set_input_files(jpeg(large_photo()))
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()

    page.get_by_role("button", name="See it on me").click()
    page.wait_for_timeout(300)
    expect(page.get_by_role("checkbox")).to_be_focused()
    expect(page.get_by_role("heading", name="See it on you")).to_be_visible()

    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name="Making your picture")).to_be_visible()
    expect(page.get_by_role("heading", name="Here you are")).to_be_focused()

    finished = picture_size(page, "You, wearing Blue Oxford shirt")
    assert finished == picture_size(page, "Your own photo")
    assert max(finished) <= 2000, "the photo was made smaller before it travelled"
    assert not phone.is_wider_than_the_screen
    assert phone.complaints == []


def test_before_and_after_can_be_compared_with_the_keyboard_and_the_picture_saved(
    phone: Visitor, system: RunningSystem, tmp_path: Path
) -> None:
    page = phone.page
    open_product(page, system)
    page.locator("input[capture]").set_input_files(jpeg(person(1)))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()

    slider = page.get_by_role("slider")
    slider.focus()
    before = page.locator(".compare-before")
    hidden = before.evaluate("figure => getComputedStyle(figure).clipPath")
    for _ in range(30):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "30% of your own photo"
    assert before.evaluate("figure => getComputedStyle(figure).clipPath") != hidden

    with page.expect_download() as download:
        page.get_by_role("link", name="Save picture").click()
    download.value.save_as(tmp_path / "saved.jpg")
    assert Image.open(tmp_path / "saved.jpg").size == picture_size(page, "Your own photo")

    page.get_by_role("link", name="Try another photo").click()
    page.get_by_role("button", name="Use the photo you already gave").click()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()
    page.get_by_role("button", name="Delete my photo").click()
    expect(page.get_by_role("link", name="Save picture")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_role("link", name="Back to the product").click()
    expect(page.get_by_role("button", name="Try it on").first).to_be_visible()
    assert phone.complaints == []


def test_everything_works_with_javascript_off(plain_phone: Visitor, system: RunningSystem) -> None:
    page = plain_phone.page
    open_product(page, system)
    page.locator("input[type=file]:not([capture])").set_input_files(jpeg(person(3)))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name=re.compile("Making your picture|Here you are"))).to_be_visible()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()
    expect(page.get_by_alt_text("You, wearing Blue Oxford shirt")).to_be_visible()
    expect(page.get_by_alt_text("Your own photo")).to_be_visible()


def test_a_photo_without_a_person_is_explained_and_another_one_works(phone: Visitor, system: RunningSystem) -> None:
    page = phone.page
    open_product(page, system)
    page.get_by_role("button", name="See it on me").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_text("Take or choose a photo of yourself first.")).to_be_visible()

    page.locator("input[type=file]:not([capture])").set_input_files(jpeg(card("teal", (600, 800))))
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_text("This photo won’t work")).to_be_visible()
    expect(page.locator("#problem")).to_be_focused()
    assert "/photo" not in page.url
    expect(page.get_by_role("checkbox")).to_be_checked()

    page.locator("input[type=file]:not([capture])").set_input_files(jpeg(person(3)))
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()
    [complaint] = phone.complaints
    assert "422" in complaint, "the browser itself notes the refused request, and nothing else was wrong"


def test_at_a_desk_a_photo_can_be_dropped_or_the_phone_used(desktop: Visitor, system: RunningSystem) -> None:
    page = desktop.page
    open_product(page, system)
    code = page.get_by_alt_text("QR code with the address of this page")
    code.scroll_into_view_if_needed()
    expect(code).to_be_visible()
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    expect(page.get_by_text("Take photo")).to_be_hidden()

    encoded = base64.b64encode(person(1)).decode()
    transfer = page.evaluate_handle(
        """encoded => {
            const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "me.jpg", { type: "image/jpeg" }));
            return transfer;
        }""",
        encoded,
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()
    assert desktop.complaints == []


def test_a_lost_connection_is_said_and_the_photo_need_not_be_chosen_again(
    phone: Visitor, system: RunningSystem
) -> None:
    page = phone.page
    open_product(page, system)
    page.locator("input[type=file]:not([capture])").set_input_files(jpeg(person(3)))
    page.get_by_role("checkbox").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_text("Your photo could not be sent.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="See it on me").click()
    expect(page.get_by_role("heading", name="Here you are")).to_be_visible()
