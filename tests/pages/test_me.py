"""A shopper's own page: what is kept of them, to use, take away and delete; and nothing of anybody else."""

import io
import json
import zipfile

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import Page, read
from tests.pages.test_studio import enter, form_of, link_of
from tests.scene import Scene, keep, work
from tryon.db import db
from tryon.generations.models import Generation
from tryon.generations.opinions import give_opinion
from tryon.generations.sharing import share_picture
from tryon.merchants.storefront import change_storefront
from tryon.shoppers.models import ShopperVisit
from tryon.shoppers.photos import find_current_photo
from tryon.wiring import tools


@pytest.fixture
def picture(scene: Scene) -> Generation:
    generation = scene.request()
    work(generation)
    return generation


@pytest.fixture
def address(browser: FlaskClient, scene: Scene, picture: Generation) -> str:
    return str(enter(browser, scene.shopper, path="/me").headers["Location"])


@pytest.fixture
def page(browser: FlaskClient, address: str) -> Page:
    return read(browser.get(address))


def files_of(scene: Scene) -> set[str]:
    keys = set(tools().storage.keys())
    return {key for key in keys if scene.merchant_id in key and key.startswith(("photos/", "results/"))}


def unpack(data: bytes) -> tuple[dict[str, object], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("about-me.json")), files


def test_the_page_keeps_itself_to_itself(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "token" not in address
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://corner.example")


def test_without_a_visit_there_is_nothing_to_see(browser: FlaskClient, scene: Scene) -> None:
    for path in ("/me", "/me?access_token=nonsense", "/me/" + "a" * 32, "/me/x/data.zip"):
        assert browser.get(path).status_code == 401, path


def test_photos_pictures_and_consent_are_shown(page: Page, scene: Scene) -> None:
    assert len(page.pictures("photos")) == 1
    assert len(page.pictures("results")) == 1
    assert "You agreed on" in page.words
    assert scene.product.title in page.words
    assert [link for link in page.all("a") if "download=1" in str(link["href"])]


def test_where_the_shop_keeps_no_history_none_is_shown_and_it_can_still_be_taken_away(
    browser: FlaskClient, scene: Scene, address: str
) -> None:
    change_storefront(scene.owner.merchant, {"history": False})
    page = read(browser.get(address))
    assert page.pictures("results") == []
    assert "What you tried on" not in page.words
    assert any(name.startswith("try-ons/") for name in unpack(browser.get(f"{address}/data.zip").data)[1])


def test_where_the_shop_allows_no_saving_there_is_no_link_for_it(
    browser: FlaskClient, scene: Scene, address: str
) -> None:
    change_storefront(scene.owner.merchant, {"downloads": False})
    assert not [link for link in read(browser.get(address)).all("a") if "download=1" in str(link["href"])]


def test_a_photo_is_deleted_once_asked_again(browser: FlaskClient, scene: Scene, page: Page) -> None:
    asked = read(browser.get(link_of(page, f"{scene.photo.id}/delete")))
    assert "Delete this photo?" in asked.words
    assert find_current_photo(scene.shopper) is not None
    assert browser.post(link_of(page, f"{scene.photo.id}/delete")).status_code == 303
    assert find_current_photo(scene.shopper) is None
    assert not any("/photos/" in key for key in files_of(scene))


def test_a_picture_is_deleted_once_asked_again(
    browser: FlaskClient, scene: Scene, page: Page, address: str, picture: Generation
) -> None:
    path = link_of(page, f"{picture.id}/delete")
    assert "Delete this picture?" in read(browser.get(path)).words
    assert browser.post(path).status_code == 303
    assert read(browser.get(address)).pictures("results") == []
    assert not any(key.startswith("results/") for key in files_of(scene))
    assert find_current_photo(scene.shopper) is not None
    assert browser.post(path).status_code == 303, "pressed twice"


def test_an_earlier_photo_can_be_made_the_present_one(browser: FlaskClient, scene: Scene, address: str) -> None:
    keep(scene.shopper)
    page = read(browser.get(address))
    browser.post(form_of(page, "/choose"))
    current = find_current_photo(scene.shopper)
    assert current is not None
    assert current.id == scene.photo.id


def test_everything_can_be_taken_away(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, page: Page, picture: Generation
) -> None:
    scene.open_session(external_user_ref="customer-1", merchant_reference="order 7")
    give_opinion(picture, "down", "colour")
    share_picture(picture)
    work(outsider_scene.request())
    answer = browser.get(link_of(page, "/data.zip"))
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    assert answer.is_streamed
    said, files = unpack(answer.data)
    assert set(files) == {f"photos/{scene.photo.id}.jpg", f"try-ons/{picture.id}.jpg"}
    assert files[f"photos/{scene.photo.id}.jpg"] == tools().storage.read(scene.photo.file_key)
    text = json.dumps(said)
    for known in (
        "customer-1",
        "consented_at",
        "order 7",
        scene.product.title,
        "user_model.created",
        "colour",
        "revoked_at",
    ):
        assert known in text, known
    for foreign in (outsider_scene.merchant_id, outsider_scene.shopper.id, outsider_scene.photo.id, "file_key"):
        assert foreign not in text, foreign


def test_what_is_too_much_for_one_archive_is_named(
    browser: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tryon.pages.archive.BYTES_MAX", 1)
    _, files = unpack(browser.get(link_of(page, "/data.zip")).data)
    assert len(files) == 2, "the first picture, and the list of those left out"
    assert files["left-out.txt"].startswith(b"try-ons/")


def test_everything_is_deleted_once_asked_again_and_the_visit_ends(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, page: Page, address: str
) -> None:
    work(outsider_scene.request())
    others = files_of(outsider_scene)
    asked = browser.get(link_of(page, "/erase"))
    assert "Delete everything?" in asked.text
    assert files_of(scene)
    done = browser.post(link_of(page, "/erase"))
    assert (done.status_code, done.headers["Cache-Control"]) == (200, "no-store")
    assert "Everything is deleted" in done.text
    assert files_of(scene) == set()
    assert files_of(outsider_scene) == others
    assert browser.get(address).status_code == 401
    assert db.session.query(ShopperVisit).count() == 0


def test_the_outsider_finds_nothing_of_anybody_else(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, picture: Generation
) -> None:
    address = enter(browser, outsider_scene.shopper, path="/me").headers["Location"]
    for path in (f"photos/{scene.photo.id}", f"pictures/{picture.id}"):
        assert browser.get(f"{address}/{path}/delete").status_code == 404
        browser.post(f"{address}/{path}/delete")
    assert browser.post(f"{address}/photos/{scene.photo.id}/choose").status_code == 404
    assert find_current_photo(scene.shopper) is not None
    db.session.refresh(picture)
    assert picture.result_key


def test_older_pictures_are_on_the_next_page(
    browser: FlaskClient, scene: Scene, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tryon.pages.me_state.PICTURES_MAX", 1)
    work(scene.request())
    first = read(browser.get(address))
    [older] = [str(link["href"]) for link in first.all("a") if "before=" in str(link["href"])]
    second = read(browser.get(older))
    assert len(first.pictures("results")) == len(second.pictures("results")) == 1
    assert first.pictures("results")[0].partition("?")[0] != second.pictures("results")[0].partition("?")[0]


def test_a_picture_is_shared_by_a_link_and_no_longer(
    browser: FlaskClient, scene: Scene, address: str, picture: Generation
) -> None:
    browser.post(form_of(read(browser.get(address)), "/share"))
    page = read(browser.get(address))
    [link] = [str(tag["href"]) for tag in page.all("a") if "/share/" in str(tag["href"])]
    path = link.removeprefix(tools().settings.public_app_url)
    assert browser.get(path).status_code == 200
    browser.post(form_of(page, "/share/stop"))
    assert browser.get(path).status_code == 410
    change_storefront(scene.owner.merchant, {"sharing": False})
    assert not [form for form in read(browser.get(address)).all("form") if "/share" in str(form["action"])]
    assert browser.post(f"{address}/pictures/{picture.id}/share").status_code == 403
