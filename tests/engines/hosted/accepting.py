"""For tests of what lies on the wire: every picture is accepted as it came."""

from tryon.engines.base import Engine, TryOnRequest
from tryon.engines.truth.verdict import Verdict


def accept(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
    return Verdict(True, "", candidate, media_type, True)
