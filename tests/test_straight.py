from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, create_engine, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.together import at_once
from tryon.db import after_commit, db, table_of, transaction
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.shoppers.models import Shopper
from tryon.straight import read, read_one, write, write_together
from tryon.usage.models import CreditEntry

pytestmark = pytest.mark.both_databases

_shoppers, _merchants = table_of(Shopper), table_of(Merchant)
NEW = Fixed(insert(_shoppers))
NAMED = Fixed(select(Shopper.id, Shopper.created_at).where(Shopper.external_ref == bindparam("name")).order_by("id"))
MERCHANT = Fixed(select(Merchant.plan, Merchant.storefront, Merchant.updated_at).where(Merchant.id == bindparam("id")))
RENAME = Fixed(update(_merchants).where(_merchants.c.id == bindparam("of_merchant")).values(plan=bindparam("to")))


def shopper(merchant: NewMerchant, name: str | None) -> dict[str, Any]:
    return {"id": new_id("shp"), "merchant_id": merchant.merchant.id, "external_ref": name}


def test_what_is_written_is_read_as_the_orm_reads_it(merchant: NewMerchant) -> None:
    row = shopper(merchant, "maria")
    with transaction():
        assert write(NEW, row).count == 1
    told = read_one(NAMED, name="maria")
    assert told.id == row["id"]
    assert told.created_at == db.session.get_one(Shopper, row["id"]).created_at
    assert told.created_at.tzinfo is UTC


def test_several_rows_go_in_one_insert(merchant: NewMerchant) -> None:
    rows = [shopper(merchant, name) for name in ("anna", "ben")]
    with transaction():
        write(NEW, *rows)
    assert [read_one(NAMED, name=row["external_ref"]).id for row in rows] == [row["id"] for row in rows]


def test_a_column_left_out_gets_what_the_model_says(merchant: NewMerchant) -> None:
    entry = {"id": new_id("crd"), "merchant_id": merchant.merchant.id, "kind": "granted", "amount": 0}
    with transaction():
        write(Fixed(insert(table_of(CreditEntry))), entry)
    kept = db.session.get_one(CreditEntry, entry["id"])
    assert abs((datetime.now(UTC) - kept.created_at).total_seconds()) < 60
    assert kept.note is None


def test_a_change_moves_updated_at_and_leaves_the_rest(merchant: NewMerchant, outsider: NewMerchant) -> None:
    before, others = (read_one(MERCHANT, id=each.merchant.id) for each in (merchant, outsider))
    with transaction():
        assert write(RENAME, {"of_merchant": merchant.merchant.id, "to": "PRO"}).count == 1
    after = read_one(MERCHANT, id=merchant.merchant.id)
    assert (after.plan, after.storefront) == ("PRO", {})
    assert after.updated_at > before.updated_at
    assert read_one(MERCHANT, id=outsider.merchant.id) == others


def test_a_literal_keeps_its_value_also_where_it_is_nothing(merchant: NewMerchant) -> None:
    clear = update(_merchants).where(_merchants.c.id == bindparam("of_merchant")).values(email=None, name="Nobody")
    with transaction():
        db.session.get_one(Merchant, merchant.merchant.id).email = "a@b.example"
    with transaction():
        given = write(
            Fixed(clear.returning(_merchants.c.email, _merchants.c.name)), {"of_merchant": merchant.merchant.id}
        )
    assert tuple(given.row) == (None, "Nobody")


def test_a_change_that_meets_nobody_says_so(merchant: NewMerchant) -> None:
    with transaction():
        changed = write(RENAME, {"of_merchant": "mer_nobody", "to": "PRO"})
        none = write(Fixed(update(_merchants).where(literal(False)).values(plan="X").returning(_merchants.c.plan)), {})
    assert (changed.count, none.row) == (0, None)


def test_a_parameter_that_is_missing_is_named(app: Flask) -> None:
    with pytest.raises(TypeError, match="'name'"):
        read(NAMED)


def test_inside_a_transaction_a_question_sees_the_change_and_outside_only_what_stands(merchant: NewMerchant) -> None:
    with suppress(RuntimeError), transaction():
        write(NEW, shopper(merchant, "maria"))
        inside = read(NAMED, name="maria")
        raise RuntimeError
    assert (len(inside), read(NAMED, name="maria")) == (1, [])


def test_what_the_session_holds_back_is_written_before_a_straight_change(merchant: NewMerchant) -> None:
    with transaction():
        new = Merchant(id=new_id("mer"), name="New", slug="new", webhook_signing_secret="whsec_x")
        db.session.add(new)
        write(NEW, {"id": new_id("shp"), "merchant_id": new.id, "external_ref": "first"})
    assert len(read(NAMED, name="first")) == 1


def test_a_broken_rule_is_told_as_sqlalchemy_tells_it(merchant: NewMerchant) -> None:
    with transaction():
        write(NEW, shopper(merchant, "maria"))
    with pytest.raises(IntegrityError), transaction():
        write(NEW, shopper(merchant, "maria"))
    assert len(read(NAMED, name="maria")) == 1


def test_questions_at_once_each_get_their_own_answer(app: Flask, merchant: NewMerchant) -> None:
    rows = {f"shopper {number}": shopper(merchant, f"shopper {number}") for number in range(12)}
    with transaction():
        write(NEW, *rows.values())
    told: dict[str, set[str]] = {}

    def ask(name: str) -> None:
        told[name] = {read_one(NAMED, name=name).id for _ in range(30)}

    at_once(app, [partial(ask, name) for name in rows])
    assert told == {name: {row["id"]} for name, row in rows.items()}


def test_changes_at_once_all_stand_and_a_failed_one_holds_nobody_up(app: Flask, merchant: NewMerchant) -> None:
    told: list[str] = []

    def change(number: int) -> None:
        for turn in range(6):
            name = f"{number} {turn}"
            with suppress(RuntimeError), transaction():
                write(NEW, shopper(merchant, name))
                after_commit(partial(told.append, name))
                if turn % 2:
                    raise RuntimeError

    at_once(app, [partial(change, number) for number in range(6)])
    with_name = select(Shopper.external_ref).where(Shopper.merchant_id == merchant.merchant.id)
    kept = set(db.session.scalars(with_name))
    assert kept == {f"{number} {turn}" for number in range(6) for turn in (0, 2, 4)} == set(told)


def test_after_the_database_cut_its_connections_the_next_questions_are_answered(
    app: Flask, merchant: NewMerchant
) -> None:
    if db.engine.dialect.name == "sqlite":
        for connection in idle_readers(app):
            connection.close()
        failure: type[Exception] = Exception
    else:
        read(NAMED, name="maria")
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with db.engine.connect() as connection:
            connection.execute(text(f"{others} AND datname = current_database()"))
        failure = OperationalError
    with suppress(failure):
        read(NAMED, name="maria")
    assert [read(NAMED, name="maria") for _ in range(8)] == [[]] * 8
    with transaction():
        write(NEW, shopper(merchant, "maria"))
    assert len(read(NAMED, name="maria")) == 1


def test_a_database_that_is_away_is_told_as_sqlalchemy_tells_it_and_a_caller_is_asked_to_come_again(
    app: Flask, merchant: NewMerchant
) -> None:
    with away():
        with pytest.raises(OperationalError):
            read(NAMED, name="maria")
        key = {"Authorization": f"Bearer {merchant.secret_key}"}
        assert app.test_client().get("/v1/sessions", headers=key).status_code == 503
    assert read(NAMED, name="maria") == []


@contextmanager
def away() -> Iterator[None]:
    """Nobody gets a new connection to the database, and those that were are cut."""
    url = db.engine.url
    db.session.remove()
    db.engine.dispose()
    if url.get_backend_name() == "sqlite":
        file, aside = Path(url.database or ""), Path(f"{url.database}-aside")
        file.rename(aside)
        file.mkdir()
        yield
        file.rmdir()
        aside.rename(file)
        return
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        yield
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    admin.dispose()


def idle_readers(app: Flask) -> list[Any]:
    readers = app.extensions["tryon_readers"]
    held = [readers.raw_connection() for _ in range(3)]
    raw = [each.dbapi_connection for each in held]
    for each in held:
        each.close()
    return raw


def test_changes_made_together_each_say_what_came_of_them(merchant: NewMerchant) -> None:
    row = shopper(merchant, "maria")
    rename = Fixed(
        update(_merchants)
        .where(_merchants.c.id == bindparam("of_merchant"))
        .values(plan=bindparam("to"))
        .returning(_merchants.c.plan)
    )
    to_pro = {"of_merchant": merchant.merchant.id, "to": "PRO"}
    with transaction():
        added, renamed, nobody = write_together(
            (NEW, [row, shopper(merchant, "ben")]),
            (rename, [to_pro]),
            (rename, [to_pro | {"of_merchant": "mer_nobody"}]),
        )
    assert (added.count, renamed.row.plan, nobody.row) == (2, "PRO", None)
    assert read_one(NAMED, name="maria").id == row["id"]


def test_of_changes_made_together_none_stands_if_one_breaks_a_rule(merchant: NewMerchant) -> None:
    taken = shopper(merchant, "maria")
    with transaction():
        write(NEW, taken)
    with pytest.raises(IntegrityError), transaction():
        write_together((NEW, [shopper(merchant, "ben")]), (NEW, [taken]), (NEW, [shopper(merchant, "carl")]))
    assert [len(read(NAMED, name=name)) for name in ("maria", "ben", "carl")] == [1, 0, 0]
    with transaction():
        write(NEW, shopper(merchant, "carl"))
    assert len(read(NAMED, name="carl")) == 1
