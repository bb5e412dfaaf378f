"""The contract between the product and whatever makes the pictures.

An engine takes encoded pictures and small frozen values, and gives an encoded picture back. It knows neither
Flask, nor the database, nor the queue. Everything it can say instead of a picture is in `engines/errors.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Category = Literal["tops", "bottoms", "dresses", "outerwear", "footwear", "eyewear", "headwear"]
Fit = Literal["slim", "regular", "oversized"]
ReportProgress = Callable[[str, int], None]
"""Called with a stage's name and the percentage done, 0 to 100, never falling."""


def report_nothing(stage: str, percent: int) -> None:
    """The progress callback of a caller who does not listen."""


@dataclass(frozen=True, slots=True)
class Garment:
    """One product picture: encoded bytes (JPEG, PNG or WebP), upright, sRGB."""

    picture: bytes
    category: Category
    prepared: bytes | None = None
    """What `prepare_garment` of the same engine and version once gave for this picture."""


@dataclass(frozen=True, slots=True)
class TryOnOptions:
    fit: Fit = "regular"
    tuck: bool | None = None
    """True tucks a top in, False lets it hang, None leaves it to the engine."""


@dataclass(frozen=True, slots=True)
class TryOnRequest:
    """Dress `person` (encoded bytes, upright, sRGB, metadata stripped) in `garments`.

    The engine puts them on in the order of their layers, trousers before tops before jackets; of two products of one
    category the first is the inner one.
    """

    person: bytes
    garments: tuple[Garment, ...]
    options: TryOnOptions = TryOnOptions()
    seed: int = 0
    deadline: float | None = None
    """`time.monotonic()` after which the answer is of no use; the engine raises EngineTimeout instead."""
    report_progress: ReportProgress = report_nothing
    prepared_person: bytes | None = None
    """What `prepare_person` of the same engine and version once gave for this photo."""


@dataclass(frozen=True, slots=True)
class TryOnResult:
    """The finished picture, the size of the person's photo, and what is known about how it was made."""

    picture: bytes
    media_type: str
    engine: str
    engine_version: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of each stage."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """The engine's own checks of its result; the engine's documentation explains each."""
    provenance: Literal["composite", "generated"] = "composite"
    """After IPTC's DigitalSourceType: a composite of captured pictures, or made by a generative model."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for in a shopper's photo, and a sentence about it that a shopper understands."""

    code: str
    ok: bool
    message: str
    refusal: str = "pose_not_supported"
    """The code of the EngineRefusal that a photo gets where this fails."""


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What the engine's eyes say of a shopper's photo, before anything is dressed."""

    checks: tuple[Check, ...]
    view: Literal["front", "side", "back", "unknown"]
    visible: tuple[str, ...]
    """Which of "head", "torso", "hips", "legs", "feet" are in the frame."""
    box: tuple[float, float, float, float] | None = None
    """Left, top, right and bottom of the person, as shares of the picture; None where there is nobody, or somebody
    else of about the same size; small passers-by are not in it."""

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def first_failure(self) -> Check | None:
        return next((check for check in self.checks if not check.ok), None)


class Engine(Protocol):
    name: str
    version: str
    """Changes whenever the same pictures would give another result."""
    categories: frozenset[Category]
    """What it can dress; `dress` raises UnsupportedCategory for anything else."""

    def warm_up(self) -> None:
        """Load whatever is slow to load, so that the first shopper does not wait for it."""
        ...

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        """Look at a shopper's photo. A photo that can't be used is a failed check, not an exception.

        With the category of what is to be tried on, only what that needs is asked for: glasses need a face, no hips.
        """
        ...

    def prepare_person(self, photo: bytes) -> bytes | None:
        """What is worth keeping beside a photo, so that `dress` need not find it out again; None if nothing is.

        Raises an EngineError where the photo can't be used at all.
        """
        ...

    def prepare_garment(self, garment: Garment) -> bytes | None:
        """The same for a product's picture."""
        ...

    def dress(self, request: TryOnRequest) -> TryOnResult:
        """Make the picture, or raise an EngineError. Preparations it can't use are found out anew, not an error."""
        ...


def prepared_name(engine: Engine) -> str:
    """What the file of an engine's preparations is called: another engine or version looks for another name."""
    return f"{engine.name}-{engine.version}".replace(".", "-") + ".prep"
