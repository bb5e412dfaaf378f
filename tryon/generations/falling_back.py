"""When another engine is asked after one that failed, and what is said where none is left."""

from tryon.engines.errors import (
    ContentBlocked,
    EngineError,
    EngineMisconfigured,
    EngineRefusal,
    EngineUnavailable,
    NoPersonFound,
    SeveralPeople,
    UnsupportedCategory,
)
from tryon.engines.hosted.failures import FAILURES
from tryon.providers.choosing import NO_KEY, OTHER_PAYER, UNSUPPORTED, Choice, EnginePlan

PASSING = frozenset({"quota_used_up"})
"""The key's owner can mend it, and it mends itself as well."""


class ConsentRequired(EngineRefusal):
    code = "consent_required"
    default_message = "Your photo may not be sent to whoever makes this picture. Please agree to it, and try again."


class PictureGone(EngineError):
    code = "photo_gone"
    permanent = True
    default_message = "The photo for this try-on has been deleted. Please give a new one."


def may_follow(error: EngineError, following: Choice) -> bool:
    """Whether this engine is asked after another has failed so.

    A photo that shows nobody, or several people, is the same for every engine. What a provider's safety rules say of
    the photo or the product stands: no other engine is tried until one does it. Where they kept back what its own
    model had drawn, an engine that invents nothing may still make it, here and not at another provider.
    """
    if isinstance(error, NoPersonFound | SeveralPeople | PictureGone):
        return False
    if isinstance(error, ContentBlocked):
        return error.reason == "output_blocked" and not following.is_hosted
    return True


def nobody_left(plan: EnginePlan) -> EngineError:
    """Why not even one engine was asked."""
    if plan.lacks_consent:
        return ConsentRequired(reason="consent_required")
    wished = plan.order[0]
    if wished.closed == UNSUPPORTED:
        return UnsupportedCategory(reason=wished.closed)
    known = FAILURES.get(wished.closed)
    is_keys_fault = wished.closed in (NO_KEY, OTHER_PAYER) or (known is not None and known.fault == "key")
    kind = EngineMisconfigured if is_keys_fault and wished.closed not in PASSING else EngineUnavailable
    return kind(reason=wished.closed, merchant_message=wished.breaker.merchant_message)
