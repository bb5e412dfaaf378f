import pytest
from sqlalchemy import func, select

from tests.scene import Scene, work
from tryon.db import db
from tryon.errors import InvalidRequest
from tryon.generations.erasing import erase_shopper
from tryon.generations.history import forget_generation
from tryon.generations.models import Generation, Opinion
from tryon.generations.opinions import find_opinion, give_opinion
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases


def finished(scene: Scene) -> Generation:
    generation = scene.request()
    work(generation)
    return generation


def told(generation: Generation) -> tuple[str, str | None] | None:
    opinion = find_opinion(generation)
    return (opinion.verdict, opinion.reason) if opinion else None


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Opinion)) or 0


def test_there_is_one_opinion_of_a_picture_and_it_can_be_changed_and_taken_back(scene: Scene) -> None:
    generation = finished(scene)
    assert told(generation) is None
    give_opinion(generation, "down", "colour")
    assert told(generation) == ("down", "colour")
    give_opinion(generation, "down")
    assert told(generation) == ("down", None)
    give_opinion(generation, "up", "fit")
    assert told(generation) == ("up", None), "a reason is for a thumb down"
    give_opinion(generation, None)
    assert told(generation) is None
    assert count() == 0


@pytest.mark.parametrize(("verdict", "reason"), [("great", None), ("down", "because"), ("", None)])
def test_other_words_are_refused_and_change_nothing(scene: Scene, verdict: str, reason: str | None) -> None:
    generation = finished(scene)
    give_opinion(generation, "up")
    with pytest.raises(InvalidRequest):
        give_opinion(generation, verdict, reason)
    assert told(generation) == ("up", None)


def test_an_opinion_goes_with_the_shopper_and_with_the_try_on_in_their_history(
    scene: Scene, outsider_scene: Scene
) -> None:
    kit = tools()
    first, second, others = finished(scene), finished(scene), finished(outsider_scene)
    for generation in (first, second, others):
        give_opinion(generation, "down", "body")
    forget_generation(first, storage=kit.storage, queue=kit.queue)
    assert (told(first), told(second)) == (None, ("down", "body"))
    erase_shopper(scene.shopper, storage=kit.storage, queue=kit.queue)
    assert told(second) is None
    assert told(others) == ("down", "body")
