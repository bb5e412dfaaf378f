"""What our own eyes say of a picture that somebody else made."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    reason: str
    """A short word for logs and tests where it did not pass ("other_face"); empty where it did."""
    picture: bytes
    """The candidate, or the candidate with small drift repaired; encoded, as large as the photo."""
    media_type: str
    is_untouched: bool
    """Whether `picture` is the candidate byte for byte."""
    scores: Mapping[str, float] = field(default_factory=dict)
