"""Analyses as bytes and back: what the engine found out about a photo or a product, kept so that it is found once.

An npz archive of small arrays: opacities in 8 bits, labels as they are, colours as PNG. Whatever can't be read, was
written by another version, or belongs to a picture of another size is simply not there.
"""

import io
import json
import zipfile
import zlib
from dataclasses import replace
from typing import Any, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Clothes, GarmentAnalysis, Opacity, PersonAnalysis, Picture, Pose, Strap

UNREADABLE = (
    KeyError, ValueError, OSError, EOFError, TypeError, zipfile.BadZipFile, zlib.error, cv2.error,
    RuntimeError,  # a flipped bit that says "encrypted" or "some other compression"
    MemoryError,  # or that the array is enormous
)  # fmt: skip
"""What reading damaged or foreign bytes can raise."""
PNG_EFFORT = 3


def pack_person(person: PersonAnalysis, version: str) -> bytes:
    """Everything but the photo itself, which is kept anyway."""
    pose = person.pose
    facts = {"score": pose.score, "other_people": list(pose.other_people)}
    return _pack(
        version,
        facts,
        points=pose.points,
        visibility=pose.visibility,
        presence=pose.presence,
        world=pose.world,
        body_mask=_to_bytes(pose.body_mask),
        matte=_to_bytes(person.matte),
        labels=person.labels,
        face=_or_empty(person.face),
        skin_lab=_or_empty(person.skin_lab),
        **{f"tidied_{clothes}": labels for clothes, labels in person.tidied.items()},
    )


def unpack_person(data: bytes, picture: Picture, version: str) -> PersonAnalysis | None:
    """`picture` is the photo at the size it was analysed at."""
    try:
        arrays, facts = _unpack(data, version)
        if arrays["labels"].shape != picture.shape[:2] or arrays["matte"].shape != picture.shape[:2]:
            return None
        pose = Pose(
            points=arrays["points"],
            visibility=arrays["visibility"],
            presence=arrays["presence"],
            world=arrays["world"],
            score=float(facts["score"]),
            body_mask=_to_opacity(arrays["body_mask"]),
            other_people=tuple(facts["other_people"]),
        )
        person = PersonAnalysis(
            picture=picture,
            pose=pose,
            face=_or_none(arrays["face"]),
            matte=_to_opacity(arrays["matte"]),
            labels=arrays["labels"],
            skin_lab=_or_none(arrays["skin_lab"]),
        )
        for clothes in get_args(Clothes):
            if f"tidied_{clothes}" in arrays:
                person.tidied[clothes] = arrays[f"tidied_{clothes}"]
        return person
    except UNREADABLE:
        return None


def pack_garment(garment: GarmentAnalysis, version: str) -> bytes:
    facts = {
        "category": garment.category,
        "sleeve": garment.sleeve,
        "points": {name: [float(x), float(y)] for name, (x, y) in garment.points.items()},
        "is_open": garment.is_open,
        "quality": garment.quality,
        "on_model": garment.on_model,
        "bare_shoulders": garment.bare_shoulders,
        "straps": None
        if garment.straps is None
        else {side: [strap.width, *map(float, strap.colour)] for side, strap in garment.straps.items()},
    }
    encoded = cv2.imencode(".png", garment.picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, PNG_EFFORT])[1]
    return _pack(
        version,
        facts,
        picture=encoded,
        opacity=_to_bytes(garment.opacity),
        parts=garment.parts,
        neckline=garment.neckline,
        **{
            f"strap_{side}": strap.pattern
            for side, strap in (garment.straps or {}).items()
            if strap.pattern is not None
        },
    )


def unpack_garment(data: bytes, version: str) -> GarmentAnalysis | None:
    try:
        arrays, facts = _unpack(data, version)
        decoded = cv2.imdecode(arrays["picture"], cv2.IMREAD_COLOR)
        if decoded is None or not decoded.shape[:2] == arrays["parts"].shape == arrays["opacity"].shape:
            return None
        return GarmentAnalysis(
            picture=np.ascontiguousarray(decoded[..., ::-1]),
            opacity=_to_opacity(arrays["opacity"]),
            parts=arrays["parts"],
            category=facts["category"],
            sleeve=facts["sleeve"],
            points={name: (x, y) for name, (x, y) in facts["points"].items()},
            neckline=arrays["neckline"],
            is_open=facts["is_open"],
            quality=facts["quality"],
            on_model=facts["on_model"],
            bare_shoulders=facts["bare_shoulders"],
            straps=None
            if facts["straps"] is None
            else {
                side: Strap(width, np.asarray(colour, np.float32), arrays.get(f"strap_{side}"))
                for side, (width, *colour) in facts["straps"].items()
            },
        )
    except UNREADABLE:
        return None


def as_kept_person(person: PersonAnalysis) -> PersonAnalysis:
    """The analysis as it comes back from keeping: a picture must not depend on whether its analysis was kept."""
    pose = replace(person.pose, body_mask=_to_opacity(_to_bytes(person.pose.body_mask)))
    return replace(person, pose=pose, matte=_to_opacity(_to_bytes(person.matte)))


def as_kept_garment(garment: GarmentAnalysis) -> GarmentAnalysis:
    return replace(garment, opacity=_to_opacity(_to_bytes(garment.opacity)))


def _pack(version: str, facts: dict[str, Any], **arrays: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    head = np.frombuffer(json.dumps({"version": version, **facts}).encode(), np.uint8)
    np.savez_compressed(buffer, head=head, **arrays)  # type: ignore[arg-type]  # the stubs know only its switch
    return buffer.getvalue()


def _unpack(data: bytes, version: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        facts = json.loads(archive["head"].tobytes())
        if facts["version"] != version:
            raise ValueError("another version")
        return {name: archive[name] for name in archive.files if name != "head"}, facts


def _to_bytes(opacity: Opacity) -> NDArray[np.uint8]:
    return np.rint(np.clip(opacity, 0, 1) * 255).astype(np.uint8)


def _to_opacity(array: NDArray[np.uint8]) -> Opacity:
    return (array / np.float32(255)).astype(np.float32)


def _or_empty(array: NDArray[Any] | None) -> NDArray[Any]:
    return np.empty(0, np.float32) if array is None else array


def _or_none(array: NDArray[Any]) -> NDArray[Any] | None:
    return array if array.size else None
