"""No page of a shopper's says a word that could not be said in their language."""

import pytest
from flask.testing import FlaskClient

from tests.engines.quick import QuickEngine
from tests.pages.conftest import Page, give_photo
from tests.pages.pseudo import pseudo, unmarked_words
from tests.pages.test_phone import AT_A_DESK, ON_A_PHONE, code_of
from tests.pages.test_result import finish
from tests.pages.test_studio import RETURN, enter, give, newcomer, open_studio
from tests.pictures import card, person, shirt
from tests.scene import Scene, work
from tryon.db import db, transaction
from tryon.demo import LOOKS, PRODUCTS, seed_demo_shop
from tryon.engines.errors import GarmentNotFound, LowQuality
from tryon.generations.models import Generation
from tryon.generations.sharing import share_picture
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Shopper
from tryon.wiring import tools

__all__ = ["newcomer", "pseudo"]

pytestmark = pytest.mark.usefixtures("pseudo")

OURS = {"tryon", "API"}
SIZES = {"XL", "EUR"}


@pytest.fixture
def names(scene: Scene) -> set[str]:
    return OURS | {scene.owner.merchant.name, scene.product.title}


def newest(session: TryOnSession) -> Generation:
    db.session.refresh(session)
    return db.session.get_one(Generation, session.generation_id)


@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/s/tsn_01M8KMWZ0TRB3CRDETWS51RFHH", "/nothing", "/q", "/q/AAAABBBB"]
)
def test_pages_that_anybody_may_open(browser: FlaskClient, path: str) -> None:
    assert unmarked_words(browser.get(path).text, OURS) == []


def test_the_way_to_a_picture(browser: FlaskClient, session: TryOnSession, names: set[str]) -> None:
    path = f"/s/{session.id}"
    assert unmarked_words(browser.get(path).text, names) == []
    for answer in (
        give_photo(browser, session, consent=None),
        give_photo(browser, session, b"nothing"),
        give_photo(browser, session, card("green")),
        give_photo(browser, session, b"0" * 17 * 2**20),
    ):
        assert answer.status_code in (413, 415, 422)
        assert unmarked_words(answer.text, names) == []
    give_photo(browser, session)
    assert unmarked_words(browser.get(path).text, names) == []
    work(newest(session))
    assert unmarked_words(browser.get(path).text, names) == []
    assert unmarked_words(browser.get(f"{path}/photo").text, names) == []


def test_the_desk_and_the_phone(browser: FlaskClient, session: TryOnSession, names: set[str]) -> None:
    path = f"/s/{session.id}"
    for headers in (AT_A_DESK, ON_A_PHONE, AT_A_DESK):
        assert unmarked_words(browser.get(path, headers=headers).text, names | {"localhost", "tsn"}) == []
        browser.get(f"/q/{code_of(session).spelling}", headers=ON_A_PHONE)


@pytest.mark.parametrize("error", [LowQuality(), GarmentNotFound()], ids=["photo", "product"])
def test_a_picture_that_could_not_be_made(
    browser: FlaskClient, session: TryOnSession, names: set[str], error: Exception
) -> None:
    give_photo(browser, session)
    work(newest(session), QuickEngine(errors=[error]))
    assert unmarked_words(browser.get(f"/s/{session.id}").text, names) == []


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_session_that_is_over(browser: FlaskClient, session: TryOnSession, names: set[str], status: str) -> None:
    with transaction():
        session.status = status
    answer = browser.get(f"/s/{session.id}")
    assert answer.status_code == 410
    assert unmarked_words(answer.text, names) == []


def test_the_result_once_it_was_judged_and_shared(
    browser: FlaskClient, scene: Scene, session: TryOnSession, names: set[str]
) -> None:
    generation, path = finish(scene, session), f"/s/{session.id}"
    names |= {scene.add_product("SKU-2", "Blue shirt", shirt(2)).title}
    browser.post(f"{path}/opinion", data={"generation": generation.id, "verdict": "down"})
    browser.post(f"{path}/share", data={"generation": generation.id})
    page = browser.get(path).text
    assert "opinion-why" in page
    assert "share-stop" in page
    assert unmarked_words(page, names) == []
    address = f"/share/{share_picture(generation).token}"
    assert unmarked_words(browser.get(address).text, names) == []
    browser.post(f"{path}/share/stop", data={"generation": generation.id})
    assert unmarked_words(browser.get(address).text, names) == []


def test_the_studio(browser: FlaskClient, scene: Scene, newcomer: Shopper, names: set[str]) -> None:
    page = open_studio(browser, newcomer, partner_return=RETURN)
    for data in (None, b"nothing", card("green")):
        assert unmarked_words(give(browser, page, data).text, names) == []
    give(browser, page, person())
    for shopper in (newcomer, scene.shopper):
        studio = enter(browser, shopper, partner_return=RETURN).headers["Location"]
        shown = browser.get(studio).text
        assert unmarked_words(shown, names) == []
        for ending in ("/photo", "/photo/delete", "/kept"):
            for link in {str(tag["href"]) for tag in Page(shown).all("a") if str(tag["href"]).endswith(ending)}:
                assert unmarked_words(browser.get(link).text, names) == []


def test_a_shoppers_own_page(browser: FlaskClient, scene: Scene, session: TryOnSession, names: set[str]) -> None:
    work(scene.request())
    me = str(enter(browser, scene.shopper, path="/me").headers["Location"])
    shown = browser.get(me).text
    assert unmarked_words(shown, names) == []
    links = {
        str(tag["href"]) for tag in Page(shown).all("a") if "delete" in str(tag["href"]) or "erase" in str(tag["href"])
    }
    assert links
    for link in links:
        assert unmarked_words(browser.get(link).text, names) == []


def test_the_demo_shop(browser: FlaskClient) -> None:
    seed_demo_shop(tools())
    names = OURS | SIZES | {product.title for product in PRODUCTS} | {look.name for look in LOOKS}
    names |= {product.description for product in PRODUCTS}
    for path in ("/demo", "/demo?department=tops", f"/demo/{PRODUCTS[0].sku}", "/demo/cart"):
        assert unmarked_words(browser.get(path).text, names) == []
    browser.post("/demo/cart/add", data={"sku": PRODUCTS[0].sku})
    assert unmarked_words(browser.get("/demo/cart").text, names) == []
