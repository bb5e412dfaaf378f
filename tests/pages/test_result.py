"""What can be done with a finished picture."""

import pytest
from flask import current_app
from flask.testing import FlaskClient
from limits import parse

from tests.pages.conftest import Page, read
from tests.pictures import card
from tests.scene import Scene, keep, work
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.generations.opinions import find_opinion
from tryon.sessions.models import TryOnSession
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo, Shopper
from tryon.wiring import tools

HTMX = {"HX-Request": "true"}


def finish(scene: Scene, session: TryOnSession) -> Generation:
    generation = scene.request(session)
    work(generation)
    db.session.refresh(session)
    return generation


@pytest.fixture
def generation(scene: Scene, session: TryOnSession) -> Generation:
    return finish(scene, session)


def show(browser: FlaskClient, session: TryOnSession) -> Page:
    return read(browser.get(f"/s/{session.id}"))


# The picture


def test_the_picture_can_be_compared_seen_larger_saved_and_left(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    page = show(browser, session)
    hooks = {tag["data-testid"] for _, tag in page.tags if "data-testid" in tag}
    assert hooks >= {"result", "compare", "zoom", "save", "retry"}
    larger = page.one("a", **{"data-testid": "zoom"})
    assert browser.get(str(larger["href"])).data == tools().storage.read(str(generation.result_key))
    assert larger["aria-label"]
    assert page.one("dialog")["aria-label"]
    assert page.one("a", target="_top", **{"class": "button button-quiet"})["href"] == "https://corner.example/p/1"
    assert "Add to cart" not in page.words, "only where the shop's page has opened this and can do it"


def test_its_room_is_kept_free_before_it_is_there_also_when_the_photo_is_gone(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    photo = db.session.get_one(Photo, generation.photo_id)
    size = {"width": str(photo.width), "height": str(photo.height)}
    assert len(show(browser, session).all("img", **size)) == 3, "after, before and larger"
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
    page = show(browser, session)
    assert len(page.all("img", **size)) == 2
    assert not page.all("input", type="range")
    assert page.one("a", **{"data-testid": "zoom"})


def test_the_page_loads_five_files_beside_itself_at_most(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    page = show(browser, session)
    files = [tag["src"] for tag in page.all("script")] + [tag["href"] for tag in page.all("link", rel="stylesheet")]
    assert len(files) <= 5


# What they think of it


def opinion_of(generation: Generation) -> tuple[str, str | None] | None:
    opinion = find_opinion(generation)
    return (opinion.verdict, opinion.reason) if opinion else None


def say(browser: FlaskClient, session: TryOnSession, generation: Generation, **form: str) -> int:
    return browser.post(f"/s/{session.id}/opinion", data={"generation": generation.id} | form).status_code


def test_a_thumb_can_be_given_changed_explained_and_taken_back(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    page = show(browser, session)
    up, down = page.one("button", id="opinion-up"), page.one("button", id="opinion-down")
    assert (up["value"], down["value"], up["aria-pressed"]) == ("up", "down", "false")
    assert not page.all("button", name="reason")

    assert say(browser, session, generation, verdict="down") == 303
    page = show(browser, session)
    down = page.one("button", id="opinion-down")
    assert (down["value"], down["aria-pressed"]) == ("", "true")
    assert [button["value"] for button in page.all("button", name="reason")] == ["fit", "colour", "body", "odd"]

    assert say(browser, session, generation, verdict="down", reason="odd") == 303
    assert opinion_of(generation) == ("down", "odd")
    assert show(browser, session).one("button", id="opinion-odd")["aria-pressed"] == "true"
    assert say(browser, session, generation, verdict="") == 303
    assert opinion_of(generation) is None


def test_htmx_gets_only_the_piece(browser: FlaskClient, session: TryOnSession, generation: Generation) -> None:
    form = {"generation": generation.id, "verdict": "up"}
    answer = browser.post(f"/s/{session.id}/opinion", data=form, headers=HTMX)
    assert answer.status_code == 200
    piece = read(answer)
    assert not piece.all("html")
    assert piece.one("button", id="opinion-up")["aria-pressed"] == "true"
    assert "Thank you" in piece.words


def test_a_page_older_than_its_picture_is_loaded_anew(
    browser: FlaskClient, session: TryOnSession, generation: Generation
) -> None:
    with transaction():
        generation.result_key = None
    for path in ("opinion", "share", "share/stop"):
        form = {"generation": generation.id, "verdict": "up"}
        answer = browser.post(f"/s/{session.id}/{path}", data=form, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Refresh"], answer.data) == (200, "true", b"")


def test_nobody_has_a_say_on_another_sessions_picture(
    browser: FlaskClient, scene: Scene, outsider_scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    others = finish(outsider_scene, outsider_scene.open_session())
    neighbours = finish(scene, scene.open_session())
    for foreign in (others, neighbours):
        assert say(browser, session, foreign, verdict="up") == 303
        assert opinion_of(foreign) is None
    assert browser.post(f"/s/{session.id}/opinion", data={"generation": "gen_\x00", "verdict": "up"}).status_code == 400
    assert say(browser, session, generation, verdict="great") == 400
    assert opinion_of(generation) is None


# Who may press


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://[evil"}, False),
        ({}, True),
    ],
)
def test_a_press_on_another_sites_page_does_nothing(
    browser: FlaskClient, session: TryOnSession, generation: Generation, headers: dict[str, str], is_ours: bool
) -> None:
    form = {"generation": generation.id, "verdict": "up"}
    answer = browser.post(f"/s/{session.id}/opinion", data=form, headers=headers)
    assert answer.status_code == (303 if is_ours else 403)
    assert (opinion_of(generation) is not None) == is_ours


def test_another_site_can_neither_start_a_try_on_nor_delete_a_photo(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    photo = keep(db.session.get_one(Shopper, session.shopper_id))
    for path in ("photo", "photo/delete"):
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = browser.post(f"/s/{session.id}/{path}", data={"photo_id": photo.id}, headers=headers)
        assert answer.status_code == 403
    db.session.refresh(photo)
    db.session.refresh(session)
    assert photo.erased_at is None
    assert session.generation_id is None


# Another product


def test_another_product_gets_a_page_of_its_own_where_the_photo_is_used_with_one_press(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    button = show(browser, session).one("button", name="product")
    assert button["value"] == jeans.id
    answer = browser.post(f"/s/{session.id}/next", data={"product": jeans.id})
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert path != f"/s/{session.id}"
    page = read(browser.get(path))
    assert "Blue jeans" in page.words
    assert {field["value"] for field in page.all("input", name="photo_id")} == {generation.photo_id}
    used = browser.post(f"{path}/photo", data={"photo_id": generation.photo_id})
    assert (used.status_code, used.headers["Location"]) == (303, path)
    assert show(browser, session).one("section", **{"data-view": "result"}), "the first picture is still there"


def test_another_shops_product_leads_back_to_the_picture(
    browser: FlaskClient, outsider_scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    for name in (outsider_scene.product.id, "nothing", ""):
        answer = browser.post(f"/s/{session.id}/next", data={"product": name})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{session.id}")
    assert browser.post(f"/s/{session.id}/next", data={"product": "prd_\x00"}).status_code == 400


def test_a_press_on_another_sites_page_opens_no_session(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(f"/s/{session.id}/next", data={"product": jeans.id}, headers=headers).status_code == 403


def test_pressing_without_end_is_slowed_down(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    statuses = [browser.post(f"/s/{session.id}/next", data={"product": jeans.id}).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]
    neighbour = scene.open_session()
    assert browser.post(f"/s/{neighbour.id}/next", data={"product": jeans.id}).status_code == 303


def test_sessions_that_are_opened_from_one_another_are_slowed_down_too(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    limiter = current_app.extensions["tryon_limiter"].limiter
    limiter.hit(parse("120/minute"), "continue-address", "127.0.0.1", cost=119)
    first = browser.post(f"/s/{session.id}/next", data={"product": jeans.id})
    assert first.status_code == 303
    assert browser.post(f"{first.headers['Location']}/next", data={"product": jeans.id}).status_code == 429


def test_one_of_our_own_people_is_not_called_you_and_there_is_no_photo_to_delete(
    browser: FlaskClient, session: TryOnSession
) -> None:
    browser.post(f"/s/{session.id}/model", data={"model": "2"})
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))
    page = show(browser, session)
    assert "You, wearing Red shirt" not in {tag.get("alt") for tag in page.all("img")}
    assert page.all("img", alt="The chosen model")
    assert not page.all("form", action=f"/s/{session.id}/photo/delete")


def test_opened_by_the_embed_it_leads_into_the_cart_and_so_does_the_next_product(
    browser: FlaskClient, scene: Scene, session: TryOnSession, generation: Generation
) -> None:
    jeans = scene.add_product("jeans", "Blue jeans", card("blue"))
    with transaction():
        session.embed_origin = "https://corner.example"
    button = show(browser, session).one("a", **{"data-tryon-action": "add-to-cart"})
    assert button["data-product"] == scene.product.external_id
    assert button["href"] == "https://corner.example/p/1", "where no page of the shop is around ours"
    assert "Back to the product" not in show(browser, session).words
    following = browser.post(f"/s/{session.id}/next", data={"product": jeans.id}).headers["Location"]
    assert db.session.get_one(TryOnSession, following.removeprefix("/s/")).embed_origin == "https://corner.example"
