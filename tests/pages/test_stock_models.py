import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import read
from tests.scene import Scene, work
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_current_photo


def test_a_shopper_without_a_photo_sees_it_on_a_model(browser: FlaskClient, session: TryOnSession) -> None:
    page = read(browser.get(f"/s/{session.id}"))
    form = page.one("form", action=f"/s/{session.id}/model")
    assert form["method"] == "post"
    buttons = page.all("button", name="model")
    assert [button["value"] for button in buttons] == ["1", "2", "3", "4"]
    assert all(browser.get(str(tag["src"])).status_code == 200 for tag in page.all("img", width="192"))

    answer = browser.post(f"/s/{session.id}/model", data={"model": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{session.id}")
    db.session.refresh(session)
    generation = db.session.get_one(Generation, session.generation_id)
    photo = db.session.get_one(Photo, generation.photo_id)
    assert (photo.stock_model, photo.shopper_id) == ("2-body", session.shopper_id)
    assert work(generation) == "completed"
    assert "Here you are" in read(browser.get(f"/s/{session.id}")).words


def test_it_is_not_the_photo_they_already_gave(browser: FlaskClient, session: TryOnSession) -> None:
    browser.post(f"/s/{session.id}/model", data={"model": "1"})
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))
    page = read(browser.get(f"/s/{session.id}/photo"))
    assert "already gave" not in page.words
    assert find_current_photo(db.session.get_one(Shopper, session.shopper_id)) is None


@pytest.mark.parametrize("name", [None, "", "7", "1-body", "\x00"])
def test_a_model_there_is_not_is_asked_for_again(browser: FlaskClient, session: TryOnSession, name: str | None) -> None:
    answer = browser.post(f"/s/{session.id}/model", data={} if name is None else {"model": name})
    assert answer.status_code == 422
    assert "choose one of the models" in read(answer).words
    db.session.refresh(session)
    assert session.generation_id is None


def test_glasses_are_shown_on_faces(browser: FlaskClient, scene: Scene) -> None:
    session = scene.open_session(category="eyewear")
    page = read(browser.get(f"/s/{session.id}"))
    assert all("-face-small" in str(tag["src"]) for tag in page.all("img", width="192"))
    assert len(page.all("img", width="192")) == 4


def test_pressing_twice_makes_one_picture_and_a_closed_session_none(
    browser: FlaskClient, session: TryOnSession
) -> None:
    for _ in range(2):
        assert browser.post(f"/s/{session.id}/model", data={"model": "1"}).status_code == 303
    assert db.session.query(Generation).count() == 1
    with transaction():
        session.status = "cancelled"
    assert browser.post(f"/s/{session.id}/model", data={"model": "1"}).status_code == 410


def test_a_shop_without_credits_is_said_to_be_closed(browser: FlaskClient, scene: Scene, session: TryOnSession) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
    answer = browser.post(f"/s/{session.id}/model", data={"model": "1"})
    assert answer.status_code == 503
    assert "credit" not in read(answer).words
