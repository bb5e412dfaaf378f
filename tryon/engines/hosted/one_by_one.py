"""For a provider that puts on one product a request: an outfit is several requests, each on the picture before.

What is paid for and then lost is counted: a failure carries the cost of the products that were already on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.hosted.engine import ProviderPicture
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.photos import MEDIA_TYPES, SentPicture, photo_to_send, product_to_send
from tryon.engines.local.outfit import in_order_of_layers
from tryon.imaging.header import sniff

FIRST_PERCENT, LAST_PERCENT = 10, 75
"""Of the whole try-on's progress, what asking takes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One product to put on."""

    person: SentPicture
    garment: Garment
    product: SentPicture
    ends_at: float
    """`time.monotonic()` by which the answer must be there."""
    tell: Callable[[str, float], None]
    """A stage's name and how much of this step is done, 0 to 1."""

    def seconds_left(self) -> float:
        """Raises ProviderFailure where there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise ProviderFailure("no_answer", detail="time_is_up")
        return left


@dataclass(frozen=True, slots=True)
class Drawn:
    """The provider's bytes as they came."""

    picture: bytes
    cost_microdollars: int


def dress_one_by_one(
    request: TryOnRequest, seconds: float, draw: Callable[[Step], Drawn], *, model: str
) -> ProviderPicture:
    """Innermost first, all within `seconds`. Raises ProviderFailure, and what unreadable pictures raise."""
    ends_at = time.monotonic() + seconds
    photo = photo_to_send(request.person)
    outfit = [(garment, product_to_send(garment.picture)) for garment in in_order_of_layers(request.garments)]
    person: SentPicture = photo
    cost = 0
    for number, (garment, product) in enumerate(outfit):
        step = Step(person, garment, product, ends_at, _teller(request, number, len(outfit)))
        step.tell("asking", 0.0)
        try:
            drawn = draw(step)
            cost += drawn.cost_microdollars
            back = photo.cut_back(drawn.picture)
        except ProviderFailure as failure:
            failure.cost_microdollars += cost
            raise
        person = SentPicture(drawn.picture, MEDIA_TYPES.get(sniff(drawn.picture) or "", "image/jpeg"), photo.size)
    return ProviderPicture(back.picture, back.media_type, back.is_untouched, model, cost)


def _teller(request: TryOnRequest, number: int, of: int) -> Callable[[str, float], None]:
    def tell(stage: str, share: float) -> None:
        done = (number + min(1.0, share)) / of
        request.report_progress(stage, round(FIRST_PERCENT + done * (LAST_PERCENT - FIRST_PERCENT)))

    return tell
