"""Exactly one try-on finds out whether a broken account works again: for all others it stays closed meanwhile."""

from tryon.providers.breaker import Account, take_probe
from tryon.providers.choosing import Choice, EnginePlan, decide


def account_of(choice: Choice, merchant_id: str) -> Account:
    owner, engine = choice.account(merchant_id)
    return Account(owner, engine, choice.fingerprint)


def may_pass(choice: Choice, merchant_id: str, generation_id: str) -> bool:
    """Whether this try-on may use the account: it works as far as anybody knows, or this one finds out."""
    if choice.breaker.state == "closed":
        return True
    return take_probe(account_of(choice, merchant_id), generation_id)


def settle_probe(plan: EnginePlan, merchant_id: str, generation_id: str) -> EnginePlan:
    """Of a try-on that is being accepted: who pays follows from whether it is the one."""
    planned = plan.planned
    if planned.closed or may_pass(planned, merchant_id, generation_id):
        return plan
    rest = plan.without(planned, planned.breaker.reason)
    return settle_probe(decide(rest.order), merchant_id, generation_id)
