"""The time left comes from what others took, and only falls; the queue is counted as it stands."""

from datetime import timedelta

import pytest

from tests.pictures import card
from tests.scene import Scene, work
from tryon.clock import now
from tryon.db import transaction
from tryon.generations.expecting import expect
from tryon.generations.models import Generation

pytestmark = pytest.mark.both_databases


def finish(scene: Scene, seconds: float, *, engine: str = "quick") -> Generation:
    """One that took so long, a minute ago."""
    generation = scene.request()
    work(generation)
    with transaction():
        generation.engine = engine
        generation.completed_at = now() - timedelta(minutes=1)
        generation.created_at = generation.completed_at - timedelta(seconds=seconds)
    return generation


def left(generation: Generation) -> float | None:
    return expect(generation, engine="quick").seconds_left


def test_what_is_expected_is_the_median_of_the_latest_of_its_kind(scene: Scene, outsider_scene: Scene) -> None:
    for seconds in (4, 100, 6):
        finish(scene, seconds)
    finish(outsider_scene, 5)
    finish(scene, 900, engine="another")
    assert left(scene.request()) == pytest.approx(5.5, abs=0.5)


def test_nothing_is_expected_where_nothing_of_its_kind_was_made(scene: Scene) -> None:
    finish(scene, 4, engine="another")
    shirt = scene.request()
    assert left(shirt) is None
    work(shirt)
    scene.product = scene.add_product("SKU-2", "Denim jacket", card("blue"))
    assert scene.product.category == "outerwear"
    assert left(scene.request()) is None


def test_the_time_left_falls_and_what_ends_meanwhile_does_not_lengthen_it(scene: Scene) -> None:
    finish(scene, 6)
    generation = scene.request()
    first = left(generation)
    assert first == pytest.approx(6, abs=0.5)
    finish(scene, 600)
    second = left(generation)
    assert first > second > 4


def test_past_the_usual_time_nothing_is_left(scene: Scene) -> None:
    finish(scene, 4)
    generation = scene.request()
    with transaction():
        generation.created_at -= timedelta(seconds=9)
    assert left(generation) == pytest.approx(-5, abs=0.5)


def test_who_waits_is_told_how_many_come_before(scene: Scene, outsider_scene: Scene) -> None:
    first, second, third = scene.request(), outsider_scene.request(), scene.request()
    assert [expect(generation, engine="quick").ahead for generation in (first, second, third)] == [0, 1, 2]
    with transaction():
        first.status, first.started_at = "processing", now()
    assert [expect(generation, engine="quick").ahead for generation in (first, second, third)] == [0, 0, 1]
