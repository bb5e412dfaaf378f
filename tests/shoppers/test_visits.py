from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.generations.test_erasing import rows_that_say
from tests.scene import Scene
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Unauthorized
from tryon.generations.erasing import erase_shopper
from tryon.shoppers.models import ShopperVisit
from tryon.shoppers.visits import STILL_EXPLAINED, begin_visit, check_visit, delete_old_visits, find_visit
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases

RETURN = "https://corner.example/?who=Jane+Roe"


def begin(scene: Scene) -> str:
    return begin_visit(scene.shopper, mode="live", partner_return=RETURN, locale="fr")


def end(at_least: timedelta) -> None:
    with transaction():
        for visit in db.session.scalars(select(ShopperVisit)):
            visit.expires_at = now() - at_least


def test_a_visit_is_found_by_its_name_and_by_nothing_else(scene: Scene) -> None:
    name = begin(scene)
    visit = find_visit(name)
    assert visit is not None
    check_visit(visit)
    assert (visit.shopper.id, visit.partner_return, visit.locale) == (scene.shopper.id, RETURN, "fr")
    assert rows_that_say(name) == []
    assert [find_visit(other) for other in ("", name[:-1], name.swapcase(), visit.name_hash)] == [None] * 4


def test_a_visit_ends_by_itself(scene: Scene) -> None:
    name = begin(scene)
    end(timedelta(seconds=1))
    visit = find_visit(name)
    assert visit is not None
    with pytest.raises(Unauthorized):
        check_visit(visit)


def test_only_visits_that_ended_long_ago_are_swept(scene: Scene) -> None:
    begin(scene)
    end(timedelta(hours=1))
    assert delete_old_visits(now(), 10) == 0
    end(STILL_EXPLAINED)
    assert delete_old_visits(now(), 10) == 1
    assert db.session.scalar(select(ShopperVisit.name_hash)) is None


def test_whoever_is_erased_has_no_visit_any_more(scene: Scene, outsider_scene: Scene) -> None:
    names = begin(scene), begin(outsider_scene)
    erase_shopper(scene.shopper, storage=tools().storage, queue=tools().queue)
    assert find_visit(names[0]) is None
    assert find_visit(names[1]) is not None
