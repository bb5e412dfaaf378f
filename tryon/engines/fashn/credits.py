"""Is this key good, and is there anything left on it?"""

from tryon.engines.fashn.wire import failure_of, headers_of
from tryon.engines.hosted.calls import call, read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.outbound import Outbound


def credits_left(outbound: Outbound, *, base_url: str, key: str, seconds: float) -> int:
    """Costs nothing. Raises ProviderFailure. https://docs.fashn.ai/utility-endpoints/credits (2026-11)"""
    address = f"{base_url.rstrip('/')}/credits"
    answer = call(outbound, "GET", address, headers=headers_of(key.strip()), seconds=seconds, max_bytes=100_000)
    if answer.status != 200:
        raise failure_of(answer)
    credits = read_json(answer).get("credits")
    total = credits.get("total") if isinstance(credits, dict) else None
    if not isinstance(total, int):
        raise ProviderFailure("unreadable_answer", detail="no_total")
    return total
