"""What the first bytes and the name of a file say it is, and headers put right for Pillow."""

from __future__ import annotations

import struct
from pathlib import PurePath

HEAD = 1024  # bytes that are enough to tell the format

PHOTO_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"),
    *(".apng", ".dib", ".jfif", ".jpe", ".mpo"),
)
"""How files are named that the reader reads, the usual first."""

DRAWING_SUFFIX = ".svg"
"""A drawing that is read as the picture of a mark; it is no photo."""

OTHER_SUFFIXES = (".ai", ".cdr", ".eps", ".jp2", ".jxl", ".pdf", ".psd", ".svgz", ".xcf")
"""Pictures and drawings that nothing here reads."""

_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
_AVIF_BRANDS = (b"avif", b"avis")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_ALIENS = {
    b"%PDF": "a PDF document",
    b"PK": "a ZIP archive or office document",
    b"<": "a web page or XML text",
    b"8BPS": "a Photoshop document",
    b"\0\0\1\0": "an icon",
    b"version https://git-lfs": "a Git LFS pointer",
}

_WEBP_ANIMATED, _WEBP_ALPHA = 0x02, 0x10  # flags of the VP8X chunk

# Without these a PNG has no pixels, no transparency, no animation or no upright side.
_PNG_ESSENTIAL = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf")
)


def name_format(head: bytes) -> str:
    """Name the format by its first `HEAD` bytes: Pillow's name, HEIF, SVG, or "" for none."""
    for start, name in _STARTS.items():
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _name_brand(head[8:64])
    return "SVG" if b"<svg" in head.lower() else ""


def name_alien(head: bytes) -> str:
    """Say in words what bytes without a picture format seem to be."""
    for start, words in _ALIENS.items():
        if head.lstrip().startswith(start):
            return words
    return "unknown data"


def is_foreign(name: str) -> bool:
    """Whether a file name has a suffix that photos do not have. No suffix is not foreign."""
    suffix = PurePath(name).suffix.lower()
    return bool(suffix) and suffix not in PHOTO_SUFFIXES


def strip_metadata(png: bytes) -> bytes:
    """Keep only the chunks of a PNG that its pixels need.

    Text and colour profiles can be packed so that they unpack to gigabytes; viewers ignore them.
    """
    kept, at = [png[:8]], 8
    while at + 8 <= len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        end = at + 12 + length
        if name in _PNG_ESSENTIAL:
            kept.append(png[at:end])
        at = end
    return b"".join(kept)


def open_canvas(webp: bytes) -> bytes:
    """Declare an animated WebP to have alpha, whether its header says so or not.

    Where no frame covers the canvas it is transparent; without the flag Pillow shows black there,
    and a black logo is lost.
    """
    if webp[12:16] != b"VP8X" or len(webp) < 30 or not webp[20] & _WEBP_ANIMATED:
        return webp
    return webp[:20] + bytes([webp[20] | _WEBP_ALPHA]) + webp[21:]


def _name_brand(brands: bytes) -> str:
    """Tell AVIF from HEIC by the brands of an ISO media file; films have neither."""
    if any(brand in brands for brand in _AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if any(brand in brands for brand in _HEIF_BRANDS) else ""
