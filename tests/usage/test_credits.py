import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from tryon.db import db, transaction
from tryon.errors import InsufficientCredits
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant, create_merchant
from tryon.usage.credits import give_back, grant, reserve, spend, tell_if_low
from tryon.usage.models import CreditEntry
from tryon.webhooks.models import Event
from tryon.wiring import tools


def balance(merchant_id: str) -> int:
    db.session.commit()
    return db.session.get_one(Merchant, merchant_id, populate_existing=True).credit_balance


def ledger_sum(merchant_id: str) -> int:
    query = select(func.sum(CreditEntry.amount)).where(CreditEntry.merchant_id == merchant_id)
    return db.session.scalar(query) or 0


def test_a_reserved_credit_is_out_of_the_balance_and_a_spent_one_stays_out(merchant: NewMerchant) -> None:
    with transaction():
        reserve(merchant.merchant.id, "gen_1")
    assert balance(merchant.merchant.id) == 99
    with transaction():
        spend(merchant.merchant.id, "gen_1")
    assert balance(merchant.merchant.id) == ledger_sum(merchant.merchant.id) == 99


def test_a_returned_credit_is_back(merchant: NewMerchant) -> None:
    with transaction():
        reserve(merchant.merchant.id, "gen_1")
    with transaction():
        give_back(merchant.merchant.id, "gen_1")
    assert balance(merchant.merchant.id) == ledger_sum(merchant.merchant.id) == 100


def test_nothing_is_returned_where_nothing_was_reserved(merchant: NewMerchant) -> None:
    with transaction():
        give_back(merchant.merchant.id, "gen_never")
    assert balance(merchant.merchant.id) == 100


def test_an_empty_account_is_refused_and_a_grant_helps(app: Flask) -> None:
    poor = create_merchant("Poor Shop", credits=0).merchant
    with pytest.raises(InsufficientCredits), transaction():
        reserve(poor.id, "gen_1")
    grant(poor, 1)
    with transaction():
        reserve(poor.id, "gen_1")
    assert balance(poor.id) == ledger_sum(poor.id) == 0


def test_one_merchants_credits_do_not_pay_for_another(merchant: NewMerchant, outsider: NewMerchant) -> None:
    with transaction():
        reserve(merchant.merchant.id, "gen_1")
    assert balance(outsider.merchant.id) == 100


@pytest.mark.both_databases
def test_many_at_once_never_take_more_than_there_is(app: Flask) -> None:
    merchant_id = create_merchant("Busy Shop", credits=10).merchant.id
    db.session.commit()
    accepted: list[str] = []

    def take(name: str) -> None:
        with app.app_context():
            try:
                with transaction():
                    reserve(merchant_id, name)
                accepted.append(name)
            except InsufficientCredits:
                pass

    threads = [threading.Thread(target=take, args=(f"gen_{number}",)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) == 10
    assert balance(merchant_id) == ledger_sum(merchant_id) == 0


def low_notices(merchant_id: str) -> list[dict]:
    db.session.commit()
    query = select(Event.data).where(Event.merchant_id == merchant_id, Event.type == "credits.low").order_by(Event.id)
    return list(db.session.scalars(query))


@pytest.mark.both_databases
def test_many_at_once_hear_once_that_credits_run_low_and_again_after_a_grant(app: Flask) -> None:
    merchant = create_merchant("Busy Shop", credits=12).merchant
    merchant_id = merchant.id
    db.session.commit()

    def take(name: str) -> None:
        with app.app_context(), transaction():
            reserve(merchant_id, name)
            tell_if_low(merchant_id, 6, queue=tools().queue)

    def take_many(numbers: range) -> None:
        threads = [threading.Thread(target=take, args=(f"gen_{number}",)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    take_many(range(6))
    assert low_notices(merchant_id) == []
    take_many(range(6, 12))
    assert low_notices(merchant_id) == [{"credit_balance": 5, "below": 6}]
    grant(merchant, 7)
    take_many(range(12, 15))
    assert low_notices(merchant_id)[1:] == [{"credit_balance": 5, "below": 6}]
