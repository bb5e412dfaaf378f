"""Codes from a desk to the phone: short, for a while, and gone with the shopper."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.scene import Scene
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.erasing import erase_shopper
from tryon.sessions.handoffs import (
    KEPT_AFTERWARDS,
    LIFETIME,
    Handoff,
    delete_old_handoffs,
    find_handoff,
    newest_handoff,
    note_phone,
    offer_handoff,
)
from tryon.shoppers.models import Shopper
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases


def age(handoff: Handoff, by: timedelta) -> None:
    with transaction():
        handoff.created_at -= by
        handoff.expires_at -= by


def test_a_session_keeps_its_code_until_that_holds_for_too_short(scene: Scene) -> None:
    session = scene.open_session()
    first = offer_handoff(session)
    assert offer_handoff(session).code == first.code
    age(first, timedelta(minutes=16))
    second = offer_handoff(session)
    assert second.code != first.code
    assert find_handoff(first.code) is not None, "somebody may be typing it"
    assert newest_handoff(session).code == second.code


def test_a_code_is_found_however_it_is_typed_and_nothing_else_is(scene: Scene, outsider_scene: Scene) -> None:
    handoff, other = offer_handoff(scene.open_session()), offer_handoff(outsider_scene.open_session())
    for typed in (handoff.spelling, handoff.code, handoff.spelling.lower(), f" {handoff.code[:4]} {handoff.code[4:]} "):
        assert find_handoff(typed).session_id == handoff.session_id
    assert find_handoff(other.code).session_id == other.session_id
    for typed in ("", handoff.code[:7], handoff.code + "A", "0" * 8, "\x00" * 8, "I" * 8, "'; --"):
        assert find_handoff(typed) is None


def test_a_phone_is_noted_only_where_a_desk_waits_and_for_a_while(scene: Scene, outsider_scene: Scene) -> None:
    session, other = scene.open_session(), outsider_scene.open_session()
    offer_handoff(other)
    note_phone(session)
    assert newest_handoff(session) is None
    handoff = offer_handoff(session)
    assert not handoff.is_joined(now())
    note_phone(session)
    assert handoff.is_joined(now())
    assert not handoff.is_joined(now() + timedelta(minutes=16))
    assert not newest_handoff(other).is_joined(now())
    age(handoff, timedelta(minutes=16))
    assert offer_handoff(session).is_joined(now()), "a new code does not part them"


def test_old_codes_are_deleted_and_a_shoppers_go_with_them(scene: Scene, outsider_scene: Scene) -> None:
    old, fresh = offer_handoff(scene.open_session()), offer_handoff(scene.open_session())
    theirs, others = scene.open_session(external_user_ref="customer-1"), outsider_scene.open_session()
    offer_handoff(theirs)
    kept = offer_handoff(others).code
    age(old, LIFETIME + KEPT_AFTERWARDS)
    assert delete_old_handoffs(now(), 10) == 1
    erase_shopper(db.session.get_one(Shopper, theirs.shopper_id), storage=tools().storage, queue=tools().queue)
    assert set(db.session.scalars(select(Handoff.code))) == {fresh.code, kept}
