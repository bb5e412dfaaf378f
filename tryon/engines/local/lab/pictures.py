"""Draws what each stage of a try-on found, one picture a stage, for people to look at."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Joint, PersonAnalysis, Picture
from tryon.engines.local.bottoms_dressing import DressedBottom
from tryon.engines.local.bottoms_target import BottomTarget
from tryon.engines.local.dress_dressing import DressedInOne
from tryon.engines.local.dress_target import DressTarget
from tryon.engines.local.dressing import Dressed
from tryon.engines.local.lab.stages import Stages
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.target import Target

AnyDressed = Dressed | DressedBottom | DressedInOne
Colour = tuple[int, int, int]
Label = TypeVar("Label", BodyLabel, GarmentPart)

PERSON_COLOURS: Final[Mapping[BodyLabel, Colour]] = {
    BodyLabel.HEAD: (240, 150, 120), BodyLabel.HAIR: (120, 80, 50), BodyLabel.NECK: (250, 200, 90),
    BodyLabel.TOP: (70, 130, 230), BodyLabel.BOTTOM: (60, 170, 120), BodyLabel.ARM: (220, 90, 160),
    BodyLabel.HAND: (160, 60, 200), BodyLabel.LEG: (230, 120, 40), BodyLabel.SHOES: (90, 90, 90),
    BodyLabel.CARRIED: (220, 40, 40), BodyLabel.MIDRIFF: (150, 220, 60),
}  # fmt: skip
"""Background has no colour: there the photo is shown in grey."""

PART_COLOURS: Final[Mapping[GarmentPart, Colour]] = {
    GarmentPart.TORSO: (70, 130, 230), GarmentPart.LEFT_SLEEVE: (220, 90, 160),
    GarmentPart.RIGHT_SLEEVE: (60, 170, 120), GarmentPart.COLLAR: (250, 170, 40),
    GarmentPart.INNER_BACK: (150, 60, 200),
}  # fmt: skip

BONES: Final = (
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW), (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW), (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_SHOULDER, Joint.LEFT_HIP), (Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE), (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
)  # fmt: skip

INK: Final[Colour] = (20, 20, 20)
PAPER: Final[Colour] = (255, 255, 255)
LINE: Final[Colour] = (230, 40, 90)
RIB: Final[Colour] = (120, 220, 255)
CHECKER_PX: Final = 16
NAMES_PX: Final = 150
"""Room at both sides of the garment for its landmarks' names."""
MESH_CELLS: Final = 26
"""Meshes across the garment's width."""


def draw_stages(found: Stages) -> Iterator[tuple[str, Picture]]:
    """A name and a picture for every stage that was reached, in the order of the work."""
    if found.garment is not None:
        yield "cut_out", cut_out(found.garment)
        yield "garment_landmarks", garment_landmarks(found.garment)
    if found.person is not None:
        yield "person_landmarks", person_landmarks(found.person)
        yield "matte", matte(found.person)
        yield "parse", parse(found.person)
    if found.dressed is not None and found.photo is not None:
        if isinstance(found.dressed, AnyDressed):
            yield "target", target(found.dressed)
            yield "warp", warp_mesh(found.dressed)
            yield "shading", shading(found.dressed)
        yield "changed", changed(found.photo, found.dressed.picture)
        yield "result", found.dressed.picture
        yield "before_after", np.hstack([found.photo, found.dressed.picture])


def write_stages(found: Stages, folder: Path) -> list[str]:
    """Write them as numbered PNG files into an existing folder; gives the files' names."""
    names: list[str] = []
    for number, (stage, picture) in enumerate(draw_stages(found), 1):
        names.append(f"{number:02d}_{stage}.png")
        Image.fromarray(picture).save(folder / names[-1])
    return names


# ---- the garment


def cut_out(garment: GarmentAnalysis) -> Picture:
    """The garment on a checkered ground, so that a pale rim or a hole is seen."""
    rows, columns = np.indices(garment.opacity.shape) // CHECKER_PX
    ground = np.where((rows + columns) % 2 == 0, 205, 150)[..., None]
    return _over(np.broadcast_to(ground, garment.picture.shape), garment.picture, garment.opacity)


def garment_landmarks(garment: GarmentAnalysis) -> Picture:
    """The parts in colour, the neckline as a line, every landmark with its name beside it."""
    white = _over(np.full_like(garment.picture, 255), garment.picture, garment.opacity)
    tinted = _tinted(white, garment.parts, PART_COLOURS, 0.45)
    _polyline(tinted, garment.neckline)
    canvas = np.asarray(
        cv2.copyMakeBorder(tinted, 20, 20, NAMES_PX, NAMES_PX, cv2.BORDER_CONSTANT, value=PAPER), np.uint8
    )
    middle = canvas.shape[1] // 2
    for name, (x, y) in garment.points.items():
        spot = (round(x) + NAMES_PX, round(y) + 20)
        cv2.circle(canvas, spot, 4, INK, -1, cv2.LINE_AA)
        cv2.circle(canvas, spot, 3, LINE, -1, cv2.LINE_AA)
        wide = cv2.getTextSize(name, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)[0][0]
        _write(canvas, name, (spot[0] + 8 if spot[0] >= middle else spot[0] - 8 - wide, spot[1] + 4), 0.5)
    return canvas


# ---- the person


def person_landmarks(person: PersonAnalysis) -> Picture:
    """Skeleton and face mesh; joints the network takes for hidden are hollow."""
    canvas = person.picture.copy()
    points = np.rint(person.pose.points).astype(int)
    size = max(2, max(canvas.shape[:2]) // 300)
    for start, end in BONES:
        cv2.line(canvas, tuple(points[start]), tuple(points[end]), (255, 255, 255), size, cv2.LINE_AA)
    for joint in Joint:
        seen = person.pose.visibility[joint] > 0.5
        cv2.circle(canvas, tuple(points[joint]), size + 2, LINE, -1 if seen else 1, cv2.LINE_AA)
    for x, y in () if person.face is None else np.rint(person.face).astype(int):
        cv2.circle(canvas, (x, y), 1, (120, 255, 160), -1)
    return canvas


def matte(person: PersonAnalysis) -> Picture:
    """White where the person hides the background."""
    return np.repeat(np.rint(person.matte * 255).astype(np.uint8)[..., None], 3, axis=2)


def parse(person: PersonAnalysis) -> Picture:
    """Every label in its colour over the photo, with a legend."""
    grey = np.repeat(cv2.cvtColor(person.picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    canvas = _tinted(grey, person.labels, PERSON_COLOURS, 0.62)
    present = [label for label in PERSON_COLOURS if (person.labels == label).any()]
    step = max(16, canvas.shape[0] // 50)
    for number, label in enumerate(present):
        upper = 6 + number * step
        cv2.rectangle(canvas, (6, upper), (6 + step - 4, upper + step - 4), PERSON_COLOURS[label], -1)
        _write(canvas, label.name.lower(), (10 + step, upper + step - 7), step / 34)
    return canvas


# ---- dressing


def target(dressed: AnyDressed) -> Picture:
    """Where the garment's outline is to come on the photo, and the body's axis."""
    canvas = _work_picture(dressed)
    figure = dressed.figure
    _polyline(canvas, np.stack([figure.shoulder_middle, figure.hip_middle]), PAPER)
    place = dressed.target
    if isinstance(place, DressTarget):
        _draw_outline(canvas, place.upper)
        _draw_ribs(canvas, place.lower)
    elif isinstance(place, BottomTarget):
        _draw_ribs(canvas, place)
    else:
        _draw_outline(canvas, place)
    return canvas


def _draw_outline(canvas: Picture, place: Target) -> None:
    for line in (place.neckline, place.hem, *place.sides.values(), *place.shoulder_line.values()):
        _polyline(canvas, line)
    for sleeve in place.sleeves.values():
        _polyline(canvas, sleeve.outer)
        _polyline(canvas, sleeve.inner)
        for outer, inner in zip(sleeve.outer, sleeve.inner, strict=True):
            _polyline(canvas, np.stack([outer, inner]), RIB, 1)
    if place.waist_line is not None:
        _polyline(canvas, place.waist_line, (60, 220, 120))
    for point in (*place.neck.values(), *place.shoulder.values(), *place.armpit.values()):
        cv2.circle(canvas, (round(float(point[0])), round(float(point[1]))), 5, (250, 190, 30), -1, cv2.LINE_AA)


def _draw_ribs(canvas: Picture, place: BottomTarget) -> None:
    """Seat and legs: the cross sections thin, the outer edges strong."""
    for part in (place.ribs.seat, *place.ribs.legs.values()):
        for row in part:
            _polyline(canvas, row, RIB, 1)
        _polyline(canvas, part[:, 0])
        _polyline(canvas, part[:, -1])
    for hem in place.hem_lines:
        _polyline(canvas, hem)


def warp_mesh(dressed: AnyDressed) -> Picture:
    """The garment's own straight mesh as it lies on the person: even squares are unstrained cloth."""
    canvas = _work_picture(dressed)
    size = (canvas.shape[1], canvas.shape[0])
    opacity = cv2.resize(dressed.cloth.opacity, size, interpolation=cv2.INTER_AREA)
    sleeves = {s: cv2.resize(o, size, interpolation=cv2.INTER_AREA) for s, o in dressed.cloth.sleeves.items()}
    for sleeve in sleeves.values():
        opacity = np.minimum(opacity, 1 - sleeve)
    cells = np.ptp(dressed.warp.torso[..., 0][opacity > 0.5]) / MESH_CELLS if (opacity > 0.5).any() else 1.0
    _mesh(canvas, dressed.warp.torso, opacity, float(cells), (70, 130, 230))
    for side, sleeve in sleeves.items():
        _mesh(canvas, dressed.warp.sleeves[side], sleeve, float(cells), (220, 90, 160))
    return canvas


def _mesh(canvas: Picture, where: NDArray[np.float32], opacity: NDArray[np.float32], step: float, ink: Colour) -> None:
    """Draw the lines of equal garment coordinates where the cloth is seen."""
    cells = np.floor(where / max(step, 1.0))
    edge = np.zeros(canvas.shape[:2], bool)
    edge[:, 1:] |= (np.diff(cells, axis=1) != 0).any(axis=2)
    edge[1:] |= (np.diff(cells, axis=0) != 0).any(axis=2)
    shown = opacity > 0.5
    canvas[shown] = (canvas[shown] * 0.35 + 255 * 0.65).astype(np.uint8)
    canvas[edge & shown] = ink


def shading(dressed: AnyDressed) -> Picture:
    """The light that was put on the cloth: result over product, mid grey is the product as photographed."""
    left, upper, right, lower = dressed.box
    after = luminance(to_linear(dressed.picture[upper:lower, left:right]))
    product = luminance(to_linear(dressed.cloth.colour))
    gain = np.log2(np.maximum(after, 1e-3) / np.maximum(product, 1e-3))
    shown = np.clip(128 + 96 * cv2.GaussianBlur(gain, (0, 0), 1.0), 0, 255)
    grey = np.where(dressed.visible > 0.9, shown, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def changed(before: Picture, after: Picture) -> Picture:
    """Red where the result differs from the photo, by however little; the photo in grey elsewhere."""
    grey = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)[..., None] // 2 + 100
    canvas = np.repeat(grey, 3, axis=2).astype(np.uint8)
    canvas[(before != after).any(axis=2)] = LINE
    return canvas


def _work_picture(dressed: AnyDressed) -> Picture:
    """The worked-on part of the photo at the size in which target and warp are measured."""
    height, width = dressed.warp.torso.shape[:2]
    return np.ascontiguousarray(cv2.resize(dressed.person.picture, (width, height), interpolation=cv2.INTER_AREA))


# ---- pen and colour


def _over(under: NDArray[np.integer], upper: Picture, opacity: NDArray[np.float32]) -> Picture:
    share = opacity[..., None]
    return np.rint(under * (1 - share) + upper * share).astype(np.uint8)


def _tinted(picture: Picture, labels: NDArray[np.uint8], colours: Mapping[Label, Colour], strength: float) -> Picture:
    canvas = picture.astype(np.float32)
    for label, colour in colours.items():
        area = labels == label
        canvas[area] = canvas[area] * (1 - strength) + np.asarray(colour, np.float32) * strength
    return np.rint(canvas).astype(np.uint8)


def _polyline(canvas: Picture, points: NDArray[np.floating], colour: Colour = LINE, width: int = 2) -> None:
    cv2.polylines(canvas, [np.rint(points).astype(np.int32)], False, colour, width, cv2.LINE_AA)


def _write(canvas: Picture, text: str, at: tuple[int, int], size: float = 0.4) -> None:
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(canvas, text, at, font, size, PAPER, 3, cv2.LINE_AA)
    cv2.putText(canvas, text, at, font, size, INK, 1, cv2.LINE_AA)
