"""Which engine makes a picture, which ones fall in for it, and who pays: decided from the merchant's choice, the keys
there are, and what is known of them at the moment.

Whoever is billed is decided once, when a try-on is accepted. A job accepted on the merchant's own key never costs a
credit, also where another engine has to make it; so it falls back only to what costs the operator nothing. A job that
a credit pays never uses the merchant's key.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tryon.clock import now
from tryon.config import Settings
from tryon.engines.base import Category
from tryon.engines.registry import EngineKind, get_kind
from tryon.errors import ConfigurationError
from tryon.logs import get_logger
from tryon.merchants.engine_settings import AUTO, LOCAL
from tryon.merchants.models import Merchant
from tryon.providers.models import OPERATOR
from tryon.providers.standing import (
    CLOSED,
    BreakerState,
    MerchantKey,
    Standing,
    fingerprint_of,
    spent_today,
    standing_of,
    state_of_row,
)

Payer = Literal["credit", "merchant_key", "nobody"]
Owner = Literal["merchant", "operator"]
MaySend = Callable[[EngineKind], bool]
"""Whether the shopper agreed that their photo goes to this engine's provider."""
GEMINI = "gemini"

UNSUPPORTED, NO_CONSENT, NO_KEY = "unsupported_category", "consent_required", "no_key"
OTHER_PAYER, SPENT = "other_payer", "daily_spend_used_up"
"""Why an engine is not even asked, beside the reasons of an open breaker."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One engine with one account."""

    engine: str
    is_hosted: bool = False
    owner: Owner | None = None
    """Whose account at the provider pays; None where there is none."""
    fingerprint: str = ""
    model: str | None = None
    """The model its owner wants; None: the engine's own."""
    breaker: BreakerState = CLOSED
    closed: str = ""
    """Why it is not asked now; empty where it is."""

    def account(self, merchant_id: str) -> tuple[str, str]:
        """Names its breaker."""
        return (merchant_id if self.owner == "merchant" else OPERATOR), self.engine


@dataclass(frozen=True, slots=True)
class EnginePlan:
    order: tuple[Choice, ...]
    """All that were wished for, the first one first."""
    billed_to: Payer

    @property
    def open(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.order if not choice.closed)

    @property
    def planned(self) -> Choice:
        """Which is to make the picture; where none can, the one that should have."""
        return next(iter(self.open), self.order[0])

    @property
    def lacks_consent(self) -> bool:
        """Whether all that keeps the picture from being made is that the photo may not leave."""
        return not self.open and any(choice.closed == NO_CONSENT for choice in self.order)

    def without(self, choice: Choice, reason: str) -> "EnginePlan":
        order = tuple(replace(each, closed=reason) if each == choice else each for each in self.order)
        return replace(self, order=order)


LOCAL_ONLY = (Choice(LOCAL),)


def choose(
    merchant_id: str,
    *,
    mode: str,
    settings: Settings,
    wanted: str | None = None,
    categories: Collection[Category] = (),
    may_send: MaySend = lambda kind: True,
    billed_to: Payer | None = None,
) -> EnginePlan:
    """`wanted` is what one request asks for instead of the merchant's choice. `billed_to` is known where the try-on
    has been accepted already. A test is always made by the local engine."""
    if mode == "test":
        return EnginePlan(LOCAL_ONLY, "nobody")
    standing = standing_of(merchant_id)
    order = tuple(_order(standing, wanted, settings))
    if any(choice.is_hosted for choice in order):
        order = _with_what_is_known(order, standing)
    return decide(tuple(_close_unfit(choice, categories, may_send) for choice in order), billed_to)


def decide(order: tuple[Choice, ...], payer: Payer | None = None) -> EnginePlan:
    """Who pays, if that is not known yet, and what that closes."""
    order = tuple(replace(choice, closed="") if choice.closed == OTHER_PAYER else choice for choice in order)
    payer = payer or _payer(order)
    return EnginePlan(tuple(_close_other_payers(choice, payer) for choice in order), payer)


def provider_for(merchant: Merchant, settings: Settings, *, mode: str = "live") -> EngineKind | None:
    """The first provider that a shopper's photo would be sent to, whether or not it can be reached at the moment; None
    where it never leaves this system. What a shopper agrees to names it."""
    if mode == "test":
        return None
    order = _order(standing_of(merchant.id), None, settings)
    return next((get_kind(choice.engine) for choice in order if choice.is_hosted and not choice.closed), None)


def known_accounts(merchant_id: str, settings: Settings, kinds: Mapping[str, EngineKind]) -> tuple[Choice, ...]:
    """Every account at every engine that this merchant may use, with what is known of it at the moment."""
    standing = standing_of(merchant_id)
    found = (choice for name in kinds for choice in _accounts(name, standing, settings) if choice.closed != NO_KEY)
    return _with_what_is_known(tuple(found), standing)


def available_engines(merchant_id: str, settings: Settings, kinds: Mapping[str, EngineKind]) -> list[str]:
    """What a merchant may choose, by name."""
    standing = standing_of(merchant_id)
    return [
        AUTO,
        *(name for name in kinds if any(each.closed != NO_KEY for each in _accounts(name, standing, settings))),
    ]


def _order(standing: Standing, wanted: str | None, settings: Settings) -> Iterator[Choice]:
    """Each engine once, with the merchant's account before the operator's."""
    first = wanted or standing.chosen.engine
    if first == AUTO:
        first = _automatic(standing, settings)
    for name in dict.fromkeys((first, *standing.chosen.engine_fallback)):
        if name != AUTO:
            yield from _accounts(name, standing, settings)


def _automatic(standing: Standing, settings: Settings) -> str:
    if GEMINI in standing.keys:
        return GEMINI
    if settings.engine != AUTO:
        return settings.engine
    return GEMINI if settings.gemini_api_key else LOCAL


def _accounts(name: str, standing: Standing, settings: Settings) -> list[Choice]:
    if name == LOCAL:
        return [Choice(LOCAL)]
    kind = _find_kind(name)
    if kind is None:
        return [Choice(name, closed=NO_KEY)]
    key = standing.keys.get(name)
    accounts = [_of_merchant(kind, key)] if key is not None else []
    if _is_open_to_all(kind, settings):
        owner: Owner | None = "operator" if kind.is_hosted else None
        fingerprint = fingerprint_of(kind.operator_secret(settings)) if kind.is_hosted else ""
        accounts.append(Choice(name, kind.is_hosted, owner, fingerprint))
    return accounts or [Choice(name, kind.is_hosted, closed=NO_KEY)]


def _of_merchant(kind: EngineKind, key: MerchantKey) -> Choice:
    return Choice(kind.name, kind.is_hosted, "merchant", key.fingerprint, key.model, closed=key.dead)


def _is_open_to_all(kind: EngineKind, settings: Settings) -> bool:
    """Whether the operator lets merchants use it: what the operator pays for only where `TRYON_ENGINE` is not local."""
    if kind.is_hosted and settings.engine == LOCAL:
        return False
    if kind.needs_credential:
        return bool(kind.operator_secret(settings))
    return kind.readiness(settings).is_ready


def _find_kind(name: str) -> EngineKind | None:
    """None for an engine whose package is gone."""
    try:
        return get_kind(name)
    except ConfigurationError:
        log.warning("engine.unknown", engine=name)
        return None


def _with_what_is_known(order: tuple[Choice, ...], standing: Standing) -> tuple[Choice, ...]:
    """Closes what an open breaker closes, and a merchant's own key whose money for today is spent."""
    rows, limit = standing.read_breakers(), standing.chosen.engine_daily_spend_max
    is_spent = limit is not None and spent_today(standing.merchant_id) >= limit
    return tuple(_close_broken(choice, rows.get(choice.account(standing.merchant_id)), is_spent) for choice in order)


def _close_broken(choice: Choice, row: Any, is_spent: bool) -> Choice:
    if choice.closed or choice.owner is None:
        return choice
    breaker = state_of_row(row, choice.fingerprint, now())
    if breaker.state == "open":
        return replace(choice, breaker=breaker, closed=breaker.reason)
    return replace(choice, breaker=breaker, closed=SPENT if is_spent and choice.owner == "merchant" else "")


def _close_unfit(choice: Choice, categories: Collection[Category], may_send: MaySend) -> Choice:
    if choice.closed or choice.engine == LOCAL:
        return choice
    kind = get_kind(choice.engine)
    if not kind.categories.issuperset(categories):
        return replace(choice, closed=UNSUPPORTED)
    if kind.is_hosted and not may_send(kind):
        return replace(choice, closed=NO_CONSENT)
    return choice


def _payer(order: tuple[Choice, ...]) -> Payer:
    """Where nothing can make the picture it is the account that should have: no credit is held for nothing."""
    first = next((choice for choice in order if not choice.closed), order[0])
    return "merchant_key" if first.owner == "merchant" else "credit"


def _close_other_payers(choice: Choice, payer: Payer) -> Choice:
    """The operator's accounts are for what a credit pays, the merchant's own for what they pay themselves."""
    is_other = choice.owner == "operator" if payer == "merchant_key" else choice.owner == "merchant"
    return replace(choice, closed=OTHER_PAYER) if is_other and not choice.closed else choice
