"""Google's model made for trying on, `virtual-try-on-001` on Vertex AI: no words, a photo and a product's picture."""

import time
from collections.abc import Callable
from typing import Final

from tryon.engines.base import Engine, TryOnRequest
from tryon.engines.hosted.calls import call
from tryon.engines.hosted.engine import HostedEngine, Judge, ProviderPicture
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.one_by_one import Drawn, Step, dress_one_by_one
from tryon.engines.vertex.kind import CATEGORIES
from tryon.engines.vertex.tokens import Tokens
from tryon.engines.vertex.wire import address_of, read_picture, request_body
from tryon.outbound import Answer, Outbound

PICTURE_MICRODOLLARS: Final = 60_000
"""A picture that comes; one that is held back costs nothing. As others tell it: Google's own list has to be asked.
https://cloud.google.com/vertex-ai/generative-ai/pricing (2026-11)"""


class VertexEngine(HostedEngine):
    name = "vertex"
    version = "1"
    categories = CATEGORIES

    def __init__(
        self,
        outbound: Outbound,
        eyes: Callable[[], Engine],
        *,
        project: str,
        location: str,
        model: str,
        base_url: str = "",
        pause: Callable[[float], None] = time.sleep,
        judge: Judge | None = None,
    ) -> None:
        super().__init__(eyes, pause=pause, judge=judge)
        self._outbound = outbound
        self._model = model
        self._address = address_of(base_url, project, location, model)
        self._tokens = Tokens(outbound)

    def ask(self, request: TryOnRequest, seconds: float) -> ProviderPicture:
        return dress_one_by_one(request, seconds, self._draw, model=self._model)

    def sign_in(self, seconds: float) -> None:
        """Get a token, or raise ProviderFailure. Makes no picture and costs nothing."""
        self._tokens.headers(seconds)

    def _draw(self, step: Step) -> Drawn:
        answer = self._predict(step)
        if answer.status == 401:  # withdrawn before its time, for example after a change of roles
            self._tokens.forget()
            answer = self._predict(step)
        try:
            return Drawn(read_picture(answer), PICTURE_MICRODOLLARS)
        except ProviderFailure as failure:
            if failure.name == "broken_picture":
                failure.cost_microdollars = PICTURE_MICRODOLLARS
            raise

    def _predict(self, step: Step) -> Answer:
        headers = self._tokens.headers(step.seconds_left())
        body = request_body(step.person, step.product)
        return call(self._outbound, "POST", self._address, headers=headers, seconds=step.seconds_left(), body=body)
