from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.scene import Scene, work
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.errors import Gone, NotFound
from tryon.generations.erasing import erase_result, erase_shopper
from tryon.generations.history import forget_generation
from tryon.generations.models import Generation, Share
from tryon.generations.sharing import (
    FORGOTTEN_AFTER,
    SHARED_FOR,
    find_share_of,
    get_shared,
    share_picture,
    stop_sharing,
)  # fmt: skip
from tryon.generations.sweep import sweep
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases


@pytest.fixture
def generation(scene: Scene) -> Generation:
    return finished(scene)


def finished(scene: Scene) -> Generation:
    generation = scene.request()
    work(generation)
    return generation


def shares() -> list[Share]:
    return list(db.session.scalars(select(Share).execution_options(populate_existing=True)))


def token_of(generation: Generation) -> str:
    return str(share_picture(generation).token)


def test_a_link_shows_its_picture_and_is_made_once(scene: Scene, generation: Generation) -> None:
    token = token_of(generation)
    assert len(token) == 32
    assert token_of(generation) == token
    share, shown = get_shared(token)
    assert shown.id == generation.id
    assert abs(share.expires_at - now() - SHARED_FOR) < timedelta(minutes=1)
    assert token_of(finished(scene)) != token


def test_the_database_does_not_hold_the_link(generation: Generation) -> None:
    token = token_of(generation)
    rows = db.session.execute(text("SELECT * FROM shares")).all()
    assert len(rows) == 1
    assert token not in str(rows)


def test_a_link_never_outlives_its_picture(scene: Scene) -> None:
    generation = finished(scene)
    with transaction():
        generation.expires_at = now() + timedelta(days=1)
    assert share_picture(generation).expires_at == generation.expires_at


def test_after_sharing_was_stopped_the_link_is_over_and_a_new_one_is_another(generation: Generation) -> None:
    token = token_of(generation)
    stop_sharing(generation)
    with pytest.raises(Gone):
        get_shared(token)
    assert find_share_of(generation) is None
    assert [share.token for share in shares()] == [None]
    again = token_of(generation)
    assert again != token
    assert get_shared(again)[1].id == generation.id
    with pytest.raises(Gone):
        get_shared(token)


def test_a_link_that_never_was_is_not_found(generation: Generation) -> None:
    share_picture(generation)
    with pytest.raises(NotFound):
        get_shared("x" * 32)


def test_past_its_days_the_link_is_over_and_in_the_end_forgotten(generation: Generation, settings: Settings) -> None:
    share = share_picture(generation)
    token = str(share.token)
    with transaction():
        share.expires_at = now() - timedelta(seconds=1)
    with pytest.raises(Gone):
        get_shared(token)
    kit = tools()
    assert sweep(storage=kit.storage, queue=kit.queue, settings=settings).shares_forgotten == 0
    with transaction():
        share.expires_at = now() - FORGOTTEN_AFTER
    assert sweep(storage=kit.storage, queue=kit.queue, settings=settings).shares_forgotten == 1
    assert shares() == []


@pytest.mark.parametrize("end", ["the shopper is erased", "taken out of the history", "the picture's days are over"])
def test_the_link_goes_with_the_picture(
    scene: Scene, outsider_scene: Scene, generation: Generation, settings: Settings, end: str
) -> None:
    kit = tools()
    token, theirs = token_of(generation), token_of(finished(outsider_scene))
    if end == "the shopper is erased":
        erase_shopper(scene.shopper, storage=kit.storage, queue=kit.queue)
    elif end == "taken out of the history":
        forget_generation(generation, storage=kit.storage, queue=kit.queue)
    else:
        with transaction():
            generation.expires_at = now()
        sweep(storage=kit.storage, queue=kit.queue, settings=settings)
    with pytest.raises(NotFound):
        get_shared(token)
    assert len(shares()) == 1
    assert get_shared(theirs)


def test_what_is_no_longer_kept_or_not_finished_cant_be_shared(scene: Scene, generation: Generation) -> None:
    erase_result(generation, storage=tools().storage)
    for unfinished in (generation, scene.request()):
        with pytest.raises(Gone):
            share_picture(unfinished)
    assert shares() == []
