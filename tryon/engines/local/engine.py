"""The local engine: a garment's picture warped and lit onto a shopper's photo on a plain CPU, nothing sent anywhere."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Generic, TypeVar

import cv2
import numpy as np

from tryon.engines.base import Category, Check, Garment, PersonCheck, TryOnOptions, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineRefusal, EngineTimeout, GarmentNotFound, NoPersonFound, UnsupportedCategory
from tryon.engines.local.afterwards import person_afterwards
from tryon.engines.local.analysis import GarmentAnalysis, Opacity, PersonAnalysis, Picture, Points, Pose
from tryon.engines.local.checks import refuse_if_ugly, worse
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.face import find_face
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.keeping import (
    as_kept_garment,
    as_kept_person,
    pack_garment,
    pack_person,
    unpack_garment,
    unpack_person,
)
from tryon.engines.local.memory import keep_freed_memory
from tryon.engines.local.outfit import in_order_of_layers
from tryon.engines.local.person import ANALYSIS_SIDE_PX, MIN_PERSON, analyse_person, check_person, require_dressable
from tryon.engines.local.pose import find_pose
from tryon.engines.local.wardrobe import OUTFITTERS, WEARABLE, Worn
from tryon.engines.output_size import fitted

VERSION: Final = "12"
"""Raised whenever the same pictures give another result."""

PERSONS_KEPT: Final = 8
GARMENTS_KEPT: Final = 32
"""Analyses kept in memory (about 8 MB a person, 5 MB a garment), so that a second product costs only the dressing."""
GLIMPSE_SIDE_PX: Final = 512
"""Longest side of a product's picture that is looked at for its colours only."""

PNG_WRITING: Final = (
    cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP,
    cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE,
)  # fmt: skip
"""Lossless at any setting; effort 1 is six times faster than 6 and a tenth larger, one filter twice as fast as a
choice for every row, and no larger; a search for runs alone takes two thirds of the time, and makes smaller files."""

UNREADABLE: Final = PersonCheck(
    (Check("photo_readable", False, "This file is not a photo we can open. Use a JPEG, PNG or WebP picture."),),
    "unknown",
    (),
)

Found = TypeVar("Found")


class LocalEngine:
    """Dresses everything in the wardrobe. Safe to share between threads."""

    name = "local"
    version = VERSION
    categories = WEARABLE

    def __init__(self, networks_folder: Path) -> None:
        """`networks_folder` holds the eyes' networks; raises EngineUnavailable where they can't be had."""
        keep_freed_memory()
        self._eyes = Eyes(networks_folder)
        self._persons: Shelf[PersonAnalysis] = Shelf(PERSONS_KEPT)
        self._garments: Shelf[GarmentAnalysis] = Shelf(GARMENTS_KEPT)
        self._glimpses: Shelf[GarmentAnalysis] = Shelf(GARMENTS_KEPT)

    def warm_up(self) -> None:
        """Load networks and the code of every category, so that the first shopper does not wait for them."""
        self._eyes.warm_up()
        OUTFITTERS.open()

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        picture = read_picture(photo)
        if picture is None:
            return UNREADABLE
        return check_person(_reduced(picture), self._eyes, category)

    def prepare_person(self, photo: bytes) -> bytes:
        picture = read_picture(photo)
        if picture is None:
            raise NoPersonFound(reason="unreadable_picture")
        return pack_person(_tidied(self._person(picture, _key(photo), None)), VERSION)

    def prepare_garment(self, garment: Garment) -> bytes | None:
        return pack_garment(self._garment(garment), VERSION) if garment.category in WEARABLE else None

    def dress(self, request: TryOnRequest) -> TryOnResult:
        """Dress the person in each garment in turn, innermost first; raises an EngineError."""
        unsupported = [garment.category for garment in request.garments if garment.category not in WEARABLE]
        if unsupported:
            raise UnsupportedCategory(reason=unsupported[0])
        watch = Stopwatch(request)
        watch.begin("reading", 2)
        photo = read_picture(request.person)
        if photo is None:
            raise NoPersonFound(reason="unreadable_picture")
        scores: dict[str, float] = {}
        watch.begin("person", 5)
        person = self._person(photo, _key(request.person), request.prepared_person)
        picture = photo
        for number, garment in enumerate(in_order_of_layers(request.garments)):
            watch.share(number, len(request.garments))
            dressed, found = self._dress_one(picture, person, garment, request.options, watch)
            scores = worse(scores, found, OUTFITTERS[garment.category].limits)
            picture = dressed.picture
            # What was just put on is known; another look at it would only guess.
            person = person_afterwards(person, _reduced(picture), getattr(dressed, "afterwards", None))
        watch.finish()
        picture = fitted(picture, request.output_size)
        encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), PNG_WRITING)[1].tobytes()
        return TryOnResult(encoded, "image/png", self.name, self.version, seconds=watch.seconds, scores=scores)

    def analyse(self, photo: bytes, prepared: bytes | None = None) -> PersonAnalysis:
        """Everything the eyes can tell of a photo, for those who judge pictures; raises an EngineError."""
        picture = read_picture(photo)
        if picture is None:
            raise NoPersonFound(reason="unreadable_picture")
        return self._person(picture, _key(photo), prepared)

    def glance(self, picture: Picture) -> tuple[Pose, Points | None] | None:
        """Joints and face of the largest person, found anew (about 0.1 s); None where nobody is seen."""
        pose = find_pose(picture, self._eyes)
        if pose is None or pose.score < MIN_PERSON:
            return None
        return pose, find_face(picture, pose, self._eyes)

    def cut_out(self, garment: Garment) -> GarmentAnalysis:
        """The product without its ground, from a reduced picture where it is not known yet; raises an EngineError."""
        if garment.prepared or f"{garment.category}:{_key(garment.picture)}" in self._garments:
            return self._garment(garment)
        return self._glimpses.get(
            f"{garment.category}:{_key(garment.picture)}", lambda: self._analysed(garment, GLIMPSE_SIDE_PX)
        )

    def _dress_one(
        self, photo: Picture, person: PersonAnalysis, garment: Garment, options: TryOnOptions, watch: "Stopwatch"
    ) -> tuple[Worn, dict[str, float]]:
        require_dressable(person, garment.category)
        watch.begin("garment", 30)
        product = self._garment(garment)
        outfitter = OUTFITTERS[garment.category]
        dressed = outfitter.dress(photo, person, product, options, watch.begin)
        scores = outfitter.score(photo, dressed, product)
        refuse_if_ugly(scores, outfitter.limits)
        return dressed, scores

    def _person(self, photo: Picture, key: str, prepared: bytes | None) -> PersonAnalysis:
        """From memory, else from what was kept beside the photo, else found out now."""

        def find() -> PersonAnalysis:
            reduced = _reduced(photo)
            kept = unpack_person(prepared, reduced, VERSION) if prepared else None
            return kept or as_kept_person(analyse_person(reduced, self._eyes))

        return self._persons.get(key, find)

    def _garment(self, garment: Garment) -> GarmentAnalysis:
        def find() -> GarmentAnalysis:
            kept = unpack_garment(garment.prepared, VERSION) if garment.prepared else None
            return kept or as_kept_garment(self._analysed(garment))

        return self._garments.get(f"{garment.category}:{_key(garment.picture)}", find)

    def _analysed(self, garment: Garment, side: int | None = None) -> GarmentAnalysis:
        """With `side`, of the picture reduced to so many pixels on its longest side."""
        picture = read_picture(garment.picture)
        if picture is None:
            raise GarmentNotFound(reason="unreadable_picture")
        opacity = read_opacity(garment.picture)
        if side is not None and side < max(picture.shape[:2]):
            picture = _reduced(picture, side)
            if opacity is not None:
                opacity = cv2.resize(opacity, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
        return analyse_garment(picture, garment.category, opacity, eyes=self._eyes)


def read_picture(encoded: bytes) -> Picture | None:
    """Decode JPEG, PNG or WebP; transparency is laid on white. None where the bytes are no picture."""
    try:
        decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if decoded is None or decoded.size == 0:
        return None
    if decoded.dtype == np.uint16:
        decoded = (decoded >> 8).astype(np.uint8)
    if decoded.ndim == 2:
        return cv2.cvtColor(decoded, cv2.COLOR_GRAY2RGB)
    if decoded.shape[2] == 4:
        share = decoded[..., 3:].astype(np.float32) / 255
        decoded = np.rint(decoded[..., :3] * share + 255 * (1 - share)).astype(np.uint8)
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def read_opacity(encoded: bytes) -> Opacity | None:
    """The transparency channel of a PNG or WebP, 0..1, or None where there is none, or nothing in it."""
    decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.ndim != 3 or decoded.shape[2] != 4:
        return None
    opacity = decoded[..., 3].astype(np.float32) / np.iinfo(decoded.dtype).max
    return opacity if opacity.min() < 1 else None


def _tidied(person: PersonAnalysis) -> PersonAnalysis:
    """The same analysis with all that can be done for clothes not known yet."""
    for category, outfitter in OUTFITTERS.items():
        if outfitter.tidy is None:
            continue
        with suppress(EngineRefusal):
            require_dressable(person, category)
            outfitter.tidy(person)
    return person


def _reduced(photo: Picture, side: int = ANALYSIS_SIDE_PX) -> Picture:
    factor = side / max(photo.shape[:2])
    if factor >= 1:
        return photo
    return cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _key(content: bytes) -> str:
    return f"{VERSION}:{hashlib.sha256(content).hexdigest()}"


class Stopwatch:
    """Reports stages and percentages, measures them, and stops the work when the deadline has passed."""

    def __init__(self, request: TryOnRequest) -> None:
        self.seconds: dict[str, float] = {}
        self._request = request
        self._stage = ""
        self._since = time.monotonic()
        self._offset, self._factor = 0.0, 1.0
        self._percent = 0

    def share(self, number: int, of: int) -> None:
        """From now on the percentages are those of one of several equal parts."""
        self._factor = 1.0 / of
        self._offset = 100.0 * number / of

    def begin(self, stage: str, percent: int) -> None:
        """A stage begins; raises EngineTimeout where the answer would come too late."""
        self._close()
        deadline = self._request.deadline
        if deadline is not None and time.monotonic() >= deadline:
            raise EngineTimeout(reason=f"before_{stage}")
        self._stage = stage
        self._percent = max(self._percent, min(99, round(self._offset + percent * self._factor)))
        self._request.report_progress(stage, self._percent)

    def finish(self) -> None:
        self._close()
        self._request.report_progress("finishing", 100)

    def _close(self) -> None:
        now = time.monotonic()
        if self._stage:
            self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 4)
        self._since = now


class Shelf(Generic[Found]):
    """The last few results of a slow look; two threads that want the same one look once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, Found] = OrderedDict()
        self._guard = threading.Lock()
        self._busy: dict[str, threading.Lock] = {}

    def __contains__(self, key: str) -> bool:
        with self._guard:
            return key in self._kept

    def get(self, key: str, make: Callable[[], Found]) -> Found:
        """What is kept under `key`, or made now; an exception of `make` keeps nothing."""
        with self._alone(key):
            with self._guard:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            found = make()
            with self._guard:
                self._kept[key] = found
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            return found

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._guard:
            lock = self._busy.setdefault(key, threading.Lock())
        with lock:
            yield
        with self._guard:
            if not lock.locked():
                self._busy.pop(key, None)
