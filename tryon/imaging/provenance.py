"""How a picture came to be, written into its file and read back, without a pixel being encoded anew.

The words are IPTC's (https://cv.iptc.org/newscodes/digitalsourcetype/, read 2026-11); they go into an XMP packet where
each format keeps one: JPEG in an APP1 segment, PNG in an iTXt chunk, WebP in an XMP chunk.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal
from xml.sax.saxutils import escape

from tryon.imaging import webp_parts
from tryon.imaging.header import sniff
from tryon.imaging.jpeg_parts import Segment, join_jpeg, split_jpeg
from tryon.imaging.png_parts import Chunk, join_png, split_png

Source = Literal["compositeCapture", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"]
"""Pictures that were captured, laid together; drawn by a generative model; both in one picture."""
SOURCES: Final[tuple[Source, ...]] = (
    "compositeCapture",
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
)
VOCABULARY: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TOOL: Final = "tryon"

XMP_JPEG: Final = b"http://ns.adobe.com/xap/1.0/\0"
XMP_PNG: Final = b"XML:com.adobe.xmp"
APP1, APP11 = 0xE1, 0xEB
JUMBF: Final = b"JP"
"""How an APP11 segment begins that holds JUMBF boxes, as C2PA manifests do."""
JPEG_PACKET_MAX_BYTES: Final = 65_533 - len(XMP_JPEG)
PACKET_MAX_BYTES: Final = 1024 * 1024
"""A compressed packet is read no further than this."""
TOLD: Final = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Provenance:
    source: Source
    engine: str = ""
    """Name and version of the engine, "local 8"; empty where that is not known any more."""
    model: str = ""
    """Of the provider; empty where there is none."""


def carries_manifest(data: bytes) -> bool:
    """Whether a signed C2PA manifest is in the file: any byte inserted would make it a broken one."""
    kind = sniff(data)
    if kind == "JPEG":
        return any(part.marker == APP11 and part.body.startswith(JUMBF) for part in split_jpeg(data)[0])
    if kind == "PNG":
        return any(chunk.kind == b"caBX" for chunk in split_png(data))
    return kind == "WEBP" and any(chunk.kind == b"C2PA" for chunk in webp_parts.split(data))


def source_of(data: bytes) -> Source | None:
    """What the file's XMP packet says, or its C2PA manifest where there is no packet; None where nothing is said."""
    packet = _packet_of(data)
    told = TOLD.search(packet) if packet else None
    if told is None and carries_manifest(data):
        told = TOLD.search(data)
    word = told[1].decode() if told else ""
    return next((each for each in SOURCES if each == word), None)


def with_provenance(data: bytes, provenance: Provenance) -> bytes:
    """The same JPEG, PNG or WebP file with an XMP packet that tells it.

    One with a C2PA manifest, with a packet that tells it already, or of another format comes back as it is.
    """
    if carries_manifest(data) or source_of(data) is not None:
        return data
    before = _packet_of(data)
    packet = _added_to(before, provenance) if before else _packet(provenance)
    kind = sniff(data)
    if packet is None:
        return data
    if kind == "JPEG":
        return _into_jpeg(data, packet)
    if kind == "PNG":
        return _into_png(data, packet)
    return webp_parts.with_xmp(data, packet) if kind == "WEBP" else data


def telling_the_same(whole: bytes, smaller: bytes) -> bytes:
    """A picture made of another (encoded anew, without a packet), with what the other tells of how it was made."""
    source = source_of(whole)
    return smaller if source is None else with_provenance(smaller, Provenance(source))


def _packet_of(data: bytes) -> bytes | None:
    kind = sniff(data)
    if kind == "JPEG":
        found = (part.body[len(XMP_JPEG) :] for part in split_jpeg(data)[0] if _is_xmp_segment(part))
        return next(found, None)
    if kind == "PNG":
        return next((text for chunk in split_png(data) if (text := _xmp_text(chunk)) is not None), None)
    if kind == "WEBP":
        return next((chunk.body for chunk in webp_parts.split(data) if chunk.kind == b"XMP "), None)
    return None


# ---- the packet


def _packet(provenance: Provenance) -> bytes:
    return (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"{_description(provenance)}</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def _description(provenance: Provenance) -> str:
    about = {
        "Iptc4xmpExt:DigitalSourceType": VOCABULARY + provenance.source,
        "xmp:CreatorTool": f"{TOOL} ({provenance.engine})" if provenance.engine else TOOL,
    }
    system = provenance.model or provenance.engine
    if system and provenance.source != "compositeCapture":
        about["Iptc4xmpExt:AISystemUsed"] = system
    told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in about.items())
    return (
        "<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/'"
        f" xmlns:Iptc4xmpExt='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>{told}</rdf:Description>"
    )


def _added_to(packet: bytes, provenance: Provenance) -> bytes | None:
    """One more description in somebody else's packet; None where it is none that we can read."""
    at = packet.rfind(b"</rdf:RDF>")
    return None if at < 0 else packet[:at] + _description(provenance).encode() + packet[at:]


# ---- where each format keeps it


def _is_xmp_segment(part: Segment) -> bool:
    return part.marker == APP1 and part.body.startswith(XMP_JPEG)


def _into_jpeg(data: bytes, packet: bytes) -> bytes:
    if len(packet) > JPEG_PACKET_MAX_BYTES:
        return data
    segments, rest = split_jpeg(data)
    kept = [part for part in segments if not _is_xmp_segment(part)]
    # JFIF's own segment, and Exif's, must stay the first ones.
    first = 0
    while first < len(kept) and kept[first].marker in (0xE0, APP1):
        first += 1
    return join_jpeg([*kept[:first], Segment(APP1, XMP_JPEG + packet), *kept[first:]], rest)


def _into_png(data: bytes, packet: bytes) -> bytes:
    chunks = [chunk for chunk in split_png(data) if _xmp_text(chunk) is None]
    # Keyword, not compressed, no language, no translated keyword.
    text = Chunk(b"iTXt", XMP_PNG + b"\0\0\0\0\0" + packet)
    return join_png([*chunks[:1], text, *chunks[1:]])


def _xmp_text(chunk: Chunk) -> bytes | None:
    if chunk.kind != b"iTXt" or not chunk.body.startswith(XMP_PNG + b"\0"):
        return None
    flags, rest = chunk.body[len(XMP_PNG) + 1 :][:2], chunk.body[len(XMP_PNG) + 3 :]
    text = rest.split(b"\0", 2)[-1]
    if flags[:1] != b"\1":
        return text
    try:
        return zlib.decompressobj().decompress(text, PACKET_MAX_BYTES)
    except zlib.error:
        return b""
