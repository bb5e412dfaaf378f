"""The one table of what can go wrong at a provider: our code, whether it is tried again, whose fault it is, the words.

An engine that calls a provider finds out which row it met and raises `failure(name)`. Nothing of the provider's own
text goes further: it may hold a key or a part of the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tryon.engines.errors import (
    ContentBlocked,
    EngineError,
    EngineMisconfigured,
    EngineTimeout,
    EngineUnavailable,
    LowQuality,
    PoseNotSupported,
)

Fault = Literal["key", "provider", "pictures"]
"""Who has to change something: the key's owner; nobody, it passes; the shopper or the shop, with other pictures."""


@dataclass(frozen=True, slots=True)
class Failure:
    error: type[EngineError]
    fault: Fault
    again: bool
    """Whether the engine itself asks once more at once, inside its deadline, with a pause that grows."""
    charged: bool
    """Whether the provider asks for money all the same."""
    merchant: str
    """A sentence for whoever owns the key. The shopper's is the error's own."""


_CLOSED, _BUSY, _LATE = EngineMisconfigured, EngineUnavailable, EngineTimeout

FAILURES: Mapping[str, Failure] = {
    # name: what we raise, whose fault, asked again, charged, the merchant's sentence
    "key_invalid": Failure(_CLOSED, "key", False, False, "The provider does not accept this key. Put in a new one."),
    "key_forbidden": Failure(
        _CLOSED, "key", False, False,
        "The provider does not let this key make pictures. Allow the API in its project, or lift the key's limits.",
    ),
    "billing_off": Failure(
        _CLOSED, "key", False, False,
        "The key's project has no billing, or no credit left. Put that right at the provider.",
    ),
    "region_closed": Failure(
        _CLOSED, "key", False, False, "The provider does not serve the country that this system calls from."
    ),
    "bad_request": Failure(
        _CLOSED, "key", False, False,
        "The provider does not understand the request. The model may need another version of this system.",
    ),
    "model_gone": Failure(
        _CLOSED, "key", False, False, "This model is retired or unknown. Choose one of those listed."
    ),
    "quota_used_up": Failure(
        _BUSY, "key", False, False, "The key's quota is used up for now. Raise it at the provider, or wait."
    ),
    "rate_limited": Failure(_BUSY, "provider", True, False, "The provider asks to be called less often for a moment."),
    "provider_error": Failure(_BUSY, "provider", True, False, "The provider had an error of its own."),
    "provider_busy": Failure(_BUSY, "provider", True, False, "The provider is overloaded."),
    "provider_late": Failure(_LATE, "provider", True, False, "The provider gave up because it took too long."),
    "prompt_blocked": Failure(
        ContentBlocked, "pictures", False, False, "The provider's safety rules refuse this photo or this product."
    ),
    "pictures_unreadable": Failure(
        LowQuality, "pictures", False, False, "The provider could not open this photo or this product's picture."
    ),
    "no_pose": Failure(
        PoseNotSupported, "pictures", False, False,
        "The provider found no pose in this photo or on this product's picture.",
    ),
    "output_blocked": Failure(
        ContentBlocked, "pictures", True, True, "The provider made a picture, and its safety rules kept it back."
    ),
    "no_picture": Failure(LowQuality, "pictures", True, True, "The provider answered without a picture."),
    "only_words": Failure(LowQuality, "pictures", True, True, "The provider answered with words instead of a picture."),
    "answer_too_long": Failure(
        LowQuality, "pictures", True, True, "The provider's model ran out of room before the picture was done."
    ),
    "broken_picture": Failure(_BUSY, "provider", True, True, "The provider's picture arrived damaged."),
    "unreadable_answer": Failure(_BUSY, "provider", True, False, "The provider's answer could not be read."),
    "no_answer": Failure(_LATE, "provider", False, False, "The provider did not answer in time."),
    "connection_lost": Failure(_BUSY, "provider", True, False, "The connection to the provider broke."),
    "not_reachable": Failure(_BUSY, "provider", True, False, "The provider could not be reached."),
    "failed_checks": Failure(
        LowQuality, "pictures", True, True, "The provider's picture did not show this person in this product."
    ),
}  # fmt: skip
"""`failed_checks` is ours: the picture came, and our own eyes refuse it."""


class ProviderFailure(Exception):
    """A row of the table, while the engine still decides whether to ask again; `as_error` is what leaves the engine."""

    def __init__(
        self,
        name: str,
        *,
        retry_after_seconds: float | None = None,
        detail: str = "",
        merchant_message: str = "",
        cost_microdollars: int = 0,
    ) -> None:
        self.name = name
        self.row = FAILURES[name]
        self.retry_after_seconds = retry_after_seconds
        self.detail = detail
        """A word of our own for the log: a status, a finish reason. Never the provider's sentence."""
        self.merchant_message = merchant_message or self.row.merchant
        """More exact than the row's where the engine knows more: which model is gone, and what there is instead."""
        self.cost_microdollars = cost_microdollars
        super().__init__(f"{name}: {detail}" if detail else name)

    def as_error(self, *, cost_microdollars: int = 0) -> EngineError:
        """With the cost of all that was tried."""
        return self.row.error(
            reason=self.name,
            merchant_message=self.merchant_message,
            retry_after_seconds=self.retry_after_seconds,
            cost_microdollars=cost_microdollars or self.cost_microdollars,
        )
