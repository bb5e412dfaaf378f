"""From a launch link to the shopper's own page: who may, and who may not."""

from flask.testing import FlaskClient

from tests.pages.conftest import Page, give_photo, read
from tests.pictures import card
from tests.scene import Scene, work
from tryon.db import db
from tryon.generations.models import Generation
from tryon.sessions.continuing import continue_with
from tryon.sessions.models import TryOnSession


def way_of(page: Page) -> list[tuple[str, str]]:
    """(address, pass) of the form."""
    actions = [str(form["action"]) for form in page.all("form") if str(form.get("action")).endswith("/me")]
    return [(action, str(field["value"])) for action in actions for field in page.all("input", name="pass")]


def try_on(browser: FlaskClient, session: TryOnSession) -> None:
    give_photo(browser, session)
    db.session.refresh(session)
    work(db.session.get_one(Generation, session.generation_id))


def test_who_opened_the_link_first_finds_what_they_gave_and_got(browser: FlaskClient, session: TryOnSession) -> None:
    [(address, given)] = way_of(read(browser.get(f"/s/{session.id}")))
    try_on(browser, session)
    answer = browser.post(address, data={"pass": given})
    assert answer.status_code == 303
    assert given not in answer.headers["Location"]
    page = read(browser.get(answer.headers["Location"]))
    assert (len(page.pictures("photos")), len(page.pictures("results"))) == (1, 1)


def test_who_is_shown_the_link_later_finds_no_way(browser: FlaskClient, session: TryOnSession) -> None:
    try_on(browser, session)
    assert way_of(read(browser.get(f"/s/{session.id}"))) == []
    for guess in ("", "0" * 40, "ü"):
        assert browser.post(f"/s/{session.id}/me", data={"pass": guess}).status_code == 403


def test_going_on_with_another_product_by_a_link_one_was_shown_is_no_way_either(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    try_on(browser, session)
    following = continue_with(session, scene.add_product("SKU-2", "Blue shirt", card("blue")).id)
    assert following.shopper_id == session.shopper_id
    assert way_of(read(browser.get(f"/s/{following.id}"))) == []


def test_one_links_way_does_not_open_another(browser: FlaskClient, scene: Scene, session: TryOnSession) -> None:
    [(_, given)] = way_of(read(browser.get(f"/s/{session.id}")))
    assert browser.post(f"/s/{scene.open_session().id}/me", data={"pass": given}).status_code == 403


def test_somebody_the_shop_knows_by_name_comes_with_a_token_instead(browser: FlaskClient, scene: Scene) -> None:
    known = scene.open_session(external_user_ref="customer-1")
    assert way_of(read(browser.get(f"/s/{known.id}"))) == []
