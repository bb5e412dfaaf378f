"""What a shopper reads while the picture is made: what is being done, how long it will take, who comes before."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from tryon.generations.expecting import Expectation, expect
from tryon.generations.models import Generation
from tryon.merchants.engine_settings import LOCAL

STAGES = {
    "queued": lazy_gettext("Waiting for a free fitting room"),
    "reading": lazy_gettext("Opening your photo"),
    "person": lazy_gettext("Finding you in your photo"),
    "garment": lazy_gettext("Cutting the product out of its picture"),
    "fitting": lazy_gettext("Fitting it to your shape"),
    "light": lazy_gettext("Matching the light of your photo"),
    "finishing": lazy_gettext("Finishing the picture"),
}
"""What is being done at each stage, in words; an engine's stage without an entry is named by the general sentence."""
WORKING = lazy_gettext("Making your picture")

ALMOST_SECONDS = 2.5
LONGER_SECONDS = -5.0
"""So much over time, and it is said."""
STEPS_SECONDS = (5, 10, 15, 20, 30, 40, 50)
"""Nobody is told of every second: the next of these that is not less."""


@dataclass(frozen=True, slots=True)
class Wait:
    stage: str
    progress: int
    ahead: int
    left: int | None
    """Seconds, rounded up to one of few numbers; 0: almost there; -1: longer than usual; None: nobody knows."""

    @property
    def name(self) -> str:
        """Tells two moments apart that read differently."""
        return f"{self.stage}.{self.progress}.{self.ahead}.{'' if self.left is None else self.left}"

    @property
    def stage_words(self) -> str:
        return str(STAGES.get(self.stage, WORKING))

    @property
    def left_words(self) -> str:
        if self.ahead:
            return ngettext("%(num)d person before you", "%(num)d people before you", self.ahead)
        if self.left is None:
            return ""
        if self.left < 0:
            return _("A little longer than usual")
        if self.left == 0:
            return _("A moment more") if self.stage == "queued" else _("Almost there")
        if self.left < 60:
            return ngettext("About %(num)d second left", "About %(num)d seconds left", self.left)
        return ngettext("About %(num)d minute left", "About %(num)d minutes left", self.left // 60)


def wait_of(generation: Generation) -> Wait:
    expected = expect(generation, engine=generation.engine_planned or LOCAL)
    return Wait(generation.stage, generation.progress, expected.ahead, _round(expected))


def _round(expected: Expectation) -> int | None:
    left = expected.seconds_left
    if left is None:
        return None
    if left < LONGER_SECONDS:
        return -1
    if left < ALMOST_SECONDS:
        return 0
    minutes = 60 * -(-int(left) // 60)
    return next((step for step in STEPS_SECONDS if left <= step), max(60, minutes))
