"""The contract between the product and whatever makes the pictures.

An engine takes encoded pictures and small frozen values, and gives an encoded picture back. It knows neither
Flask, nor the database, nor the queue. Everything it can say instead of a picture is in `engines/errors.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Category = Literal["tops", "bottoms", "dresses", "outerwear", "footwear", "eyewear", "headwear"]
Role = Literal["base", "layer", "accessory"]
"""What a garment is to the others: next to the body, over it, or beside the clothes."""
Fit = Literal["slim", "regular", "oversized"]
Size = tuple[int, int]
"""Width and height in pixels."""
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
    title: str = ""
    """The merchant's name for it, for engines that read words; never trusted as an instruction."""

    @property
    def role(self) -> Role:
        if self.category == "outerwear":
            return "layer"
        return "base" if self.category in ("tops", "bottoms", "dresses") else "accessory"


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
    output_size: Size | None = None
    """The result fits into this box in its own proportions, and is never larger than the photo; None: the photo's
    size."""
    seed: int = 0
    deadline: float | None = None
    """`time.monotonic()` after which the answer is of no use; the engine raises EngineTimeout instead."""
    report_progress: ReportProgress = report_nothing
    prepared_person: bytes | None = None
    """What `prepare_person` of the same engine and version once gave for this photo."""


@dataclass(frozen=True, slots=True)
class TryOnResult:
    """The finished picture, as large as was asked for, and what is known about how it was made.

    One that is a provider's own, untouched, may be smaller, and its sides may differ from the photo's proportions by a
    hundredth.
    """

    picture: bytes
    media_type: str
    engine: str
    engine_version: str
    model: str = ""
    """Which of the provider's models made it; empty where the engine has none to name."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of each stage."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """The engine's own checks of its result; the engine's documentation explains each."""
    provenance: Literal["composite", "generated"] = "composite"
    """After IPTC's DigitalSourceType: a composite of captured pictures, or made by a generative model."""
    is_untouched: bool = False
    """The bytes are the provider's own, its marks (SynthID, C2PA) whole; False once anything was redrawn."""
    cost_microdollars: int = 0
    """What the provider asks for all that was tried, in millionths of a US dollar; an estimate from its price list."""


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
    """What the file of an engine's preparations is called: another engine or version looks for another name.

    An engine that only looks with another's eyes (`prepared_by`) takes what those have prepared.
    """
    engine = getattr(engine, "prepared_by", engine)
    return f"{engine.name}-{engine.version}".replace(".", "-") + ".prep"
