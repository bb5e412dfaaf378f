"""What is written about a picture can be read by others, and its pixels and everything else stay byte for byte."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.pictures import person
from tryon.imaging.jpeg_parts import Segment, join_jpeg, split_jpeg
from tryon.imaging.png_parts import Chunk, join_png, split_png
from tryon.imaging.provenance import Provenance, carries_manifest, source_of, telling_the_same, with_provenance
from tryon.imaging.webp_parts import Chunk as RiffChunk
from tryon.imaging.webp_parts import join, split

LOCAL = Provenance("compositeCapture", "local 8")
DRAWN = Provenance("trainedAlgorithmicMedia", "gemini 1", "banana & <co>")
EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
JUMBF = b"JP\0\1\0\0\0\1\0\0\0\x20jumb c2pa http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def photo(kind: str, mode: str = "RGB", **how: object) -> bytes:
    with Image.open(io.BytesIO(person())) as file:
        small = file.convert(mode).resize((180, 240))
    if mode == "RGBA":
        small.putalpha(Image.linear_gradient("L").resize(small.size))
    buffer = io.BytesIO()
    small.save(buffer, kind, **how)
    return buffer.getvalue()


FILES = {
    "jpeg": photo("JPEG"),
    "progressive jpeg": photo("JPEG", progressive=True),
    "png": photo("PNG"),
    "transparent png": photo("PNG", "RGBA"),
    "webp": photo("WEBP"),
    "lossless webp": photo("WEBP", lossless=True),
    "transparent lossless webp": photo("WEBP", "RGBA", lossless=True),
    "extended webp": photo("WEBP", "RGBA", quality=80),
}


def pixels(data: bytes) -> np.ndarray:  # type: ignore[type-arg]
    with Image.open(io.BytesIO(data)) as file:
        return np.asarray(file)


def described(data: bytes) -> dict[str, str]:
    """Every property of the packet, as Pillow reads it."""
    with Image.open(io.BytesIO(data)) as file:
        descriptions = file.getxmp()["xmpmeta"]["RDF"]["Description"]
    together: dict[str, str] = {}
    for each in descriptions if isinstance(descriptions, list) else [descriptions]:
        together |= each
    return together


def picture_bytes(data: bytes) -> list[bytes]:
    """The compressed picture itself, whatever surrounds it."""
    if data.startswith(b"\xff\xd8"):
        return [split_jpeg(data)[1]]
    if data.startswith(b"\x89PNG"):
        return [chunk.body for chunk in split_png(data) if chunk.kind in (b"IHDR", b"IDAT", b"IEND")]
    return [chunk.body for chunk in split(data) if chunk.kind in (b"VP8 ", b"VP8L", b"ALPH")]


@pytest.mark.parametrize("name", FILES)
def test_others_read_what_is_written_and_no_pixel_changes(name: str) -> None:
    before = FILES[name]
    after = with_provenance(before, DRAWN)
    found = described(after)
    assert found["DigitalSourceType"] == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert found["CreatorTool"] == "tryon (gemini 1)"
    assert found["AISystemUsed"] == "banana & <co>"
    assert picture_bytes(after) == picture_bytes(before)
    assert (pixels(after) == pixels(before)).all()
    assert source_of(after) == "trainedAlgorithmicMedia"
    assert source_of(before) is None


def test_a_composite_of_photos_names_no_generative_system() -> None:
    found = described(with_provenance(FILES["jpeg"], LOCAL))
    assert found["DigitalSourceType"].endswith("/compositeCapture")
    assert "AISystemUsed" not in found


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_a_file_that_tells_it_already_is_left_as_it_is(name: str) -> None:
    told = with_provenance(FILES[name], DRAWN)
    assert with_provenance(told, LOCAL) is told


@pytest.mark.parametrize(
    "signed",
    [
        join_jpeg([Segment(0xEB, JUMBF), *split_jpeg(FILES["jpeg"])[0]], split_jpeg(FILES["jpeg"])[1]),
        join_png([split_png(FILES["png"])[0], Chunk(b"caBX", JUMBF), *split_png(FILES["png"])[1:]]),
        join([*split(FILES["extended webp"]), RiffChunk(b"C2PA", JUMBF)]),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_nothing_is_inserted_into_a_signed_file_and_its_manifest_is_believed(signed: bytes) -> None:
    assert pixels(signed).any()
    assert carries_manifest(signed)
    assert with_provenance(signed, LOCAL) is signed
    assert source_of(signed) == "trainedAlgorithmicMedia"


def test_a_file_without_a_manifest_is_not_taken_for_a_signed_one() -> None:
    assert not any(carries_manifest(data) for data in FILES.values())


@pytest.mark.parametrize("compressed", [False, True])
def test_what_somebody_else_wrote_into_a_packet_stays(compressed: bool) -> None:
    title = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        b"<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:source>ours</dc:source>"
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    text = b"\1\0\0\0" + zlib.compress(title) if compressed else b"\0\0\0\0" + title
    chunks = split_png(FILES["png"])
    data = join_png([chunks[0], Chunk(b"iTXt", b"XML:com.adobe.xmp\0" + text), *chunks[1:]])
    found = described(with_provenance(data, DRAWN))
    assert found["source"] == "ours"
    assert found["DigitalSourceType"].endswith("trainedAlgorithmicMedia")


def test_jfif_stays_the_first_segment_and_exif_before_the_packet() -> None:
    exif = Image.Exif()
    exif[0x0110] = "a camera"
    data = photo("JPEG", exif=exif)
    markers = [part.marker for part in split_jpeg(with_provenance(data, LOCAL))[0]]
    assert markers[:3] == [0xE0, 0xE1, 0xE1]


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_damaged_files_neither_crash_it_nor_grow(name: str) -> None:
    whole = FILES[name]
    for length in (*range(64), len(whole) // 2, len(whole) - 3):
        cut = whole[:length]
        assert not carries_manifest(cut)
        assert source_of(cut) is None
        assert len(with_provenance(cut, LOCAL)) < len(cut) + 2000


def test_a_smaller_copy_tells_what_the_whole_picture_tells() -> None:
    whole, small = with_provenance(FILES["png"], DRAWN), FILES["webp"]
    assert source_of(telling_the_same(whole, small)) == "trainedAlgorithmicMedia"
    assert telling_the_same(FILES["png"], small) is small


def test_other_formats_come_back_as_they_are() -> None:
    assert with_provenance(b"GIF89a", LOCAL) == b"GIF89a"
