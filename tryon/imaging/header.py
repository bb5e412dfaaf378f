"""What a file is, by its first bytes and never by its name, and how large its picture claims to be."""

import struct

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""The only Pillow decoders that ever see an upload."""

JPEG_PARTS_MAX = 2_000
JPEG_JUNK_MAX_BYTES = 64 * 1024
PNG_PARTS_MAX = 20_000
"""Honest files have at most some hundred segments (JPEG) or a few thousand chunks (PNG)."""

_PNG = b"\x89PNG\r\n\x1a\n"
_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS = frozenset({b"mif1", b"msf1"})
"""A HEIF container that does not say in its first brand what it is coded with."""

_OTHER_KINDS = (
    b"GIF8",
    b"%PDF",
    b"%!PS",
    b"II*\0",  # TIFF, and many cameras' raw files
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"BM",
    b"\0\0\1\0",  # ICO
    b"\0\0\2\0",  # CUR
    b"PK\3\4",
    b"PK\5\6",
    b"8BPS",
    b"\0\0\0\x0cjP  ",  # JPEG 2000
    b"\0\0\0\x0cJXL ",
    b"\xff\x0a",  # JPEG XL codestream
    b"\xffO\xffQ",
    b"RIFF",  # and not WEBP: sound or video
    b"\x1aE\xdf\xa3",  # WebM
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"MZ",
    b"icns",
    b"qoif",
    b"DDS ",
    b"\0asm",
    b"ID3",
    b"OggS",
    b"#!",
)


def sniff(data: bytes) -> str | None:
    """One of PICTURE_FORMATS; "" for some other kind of file that we know; None for bytes that mean nothing to us."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(_PNG):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return "HEIF" if _is_heic(data) else ""
    return "" if data.startswith(_OTHER_KINDS) or _is_markup(data) else None


def claimed_size(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height in pixels where the first bytes tell (PNG, WebP), without any decoder being woken."""
    try:
        if kind == "PNG":
            return struct.unpack_from(">II", data, 16)
        if kind == "WEBP":
            return _webp_size(data)
    except struct.error:
        pass
    return None


def has_too_many_parts(data: bytes, kind: str) -> bool:
    """Whether the file is cut into so many pieces that reading them one by one keeps a decoder busy for seconds."""
    if kind == "JPEG":
        return _is_overlong_jpeg(data)
    if kind == "PNG":
        return _is_overlong_png(data)
    return False  # the others are read by C libraries with limits of their own


def _is_overlong_jpeg(data: bytes) -> bool:
    position = 2
    for _ in range(JPEG_PARTS_MAX):
        found = data.find(b"\xff", position, position + JPEG_JUNK_MAX_BYTES)
        if found < 0:
            return position + JPEG_JUNK_MAX_BYTES < len(data)
        position = found
        if data[position + 1 : position + 2] in (b"\xda", b""):  # the scan begins: all headers are read
            return False
        if 0xC0 <= data[position + 1] <= 0xFE and not 0xD0 <= data[position + 1] <= 0xD8:
            position += 2 + max(2, int.from_bytes(data[position + 2 : position + 4], "big"))
        else:
            position += 1  # padding, or a marker that stands alone
    return True


def _is_overlong_png(data: bytes) -> bool:
    position = len(_PNG)
    for _ in range(PNG_PARTS_MAX):
        if position >= len(data):
            return False
        position += 12 + int.from_bytes(data[position : position + 4], "big")
    return True


def _is_heic(data: bytes) -> bool:
    """HEVC-coded. An AVIF file may call itself mif1 too, and then names avif among its compatible brands."""
    if data[8:12] in _HEVC_BRANDS:
        return True
    length = min(int.from_bytes(data[:4], "big"), 256)
    compatible = {data[start : start + 4] for start in range(16, length, 4)}
    return data[8:12] in _HEIF_BRANDS and (not compatible.isdisjoint(_HEVC_BRANDS) or b"avif" not in compatible)


def _is_markup(data: bytes) -> bool:
    start = data[:256].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").replace(b"\0", b"").lstrip()
    return start.startswith((b"<", b"{", b"["))


def _webp_size(data: bytes) -> tuple[int, int] | None:
    chunk = data[12:16]
    if chunk == b"VP8X":
        width, height = int.from_bytes(data[24:27], "little"), int.from_bytes(data[27:30], "little")
        return width + 1, height + 1
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
