"""File formats by signature and suffix, and headers corrected for Pillow."""

from __future__ import annotations

import struct
from pathlib import PurePath

HEAD = 1024  # bytes, enough to detect the format

PHOTO_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"),
    *(".apng", ".dib", ".jfif", ".jpe", ".mpo"),
)
"""Suffixes of the photos that can be read, the most usual first."""

DRAWING_SUFFIXES = {".svg": "SVG", ".svgz": "SVG", ".pdf": "PDF", ".ai": "PDF"}
"""Suffixes of drawings and their kind: read as pictures of marks, not as photos."""

OTHER_SUFFIXES = (".cdr", ".eps", ".jp2", ".jxl", ".psd", ".xcf")
"""Suffixes of pictures and drawings that cannot be read."""

_SIGNATURES = {
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
_OTHER_SIGNATURES = {
    b"%PDF": "a PDF document",
    b"PK": "a ZIP archive or office document",
    b"<": "a web page or XML text",
    b"version https://git-lfs": "a Git LFS pointer",
}

# Kinds of pictures that are known and not read, by signature: the bytes at the start of a file.
_UNREAD_SIGNATURES = {
    b"\xff\x0a": "JPEG XL pictures",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL pictures",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000 pictures",
    b"\xff\x4f\xff\x51": "JPEG 2000 pictures",
    b"8BPS": "Photoshop documents",
    b"gimp xcf": "GIMP documents",
    b"%!PS": "PostScript drawings",
    b"\xc5\xd0\xd3\xc6": "PostScript drawings",
    b"\0\0\1\0": "icons",
    b"FUJIFILMCCD-RAW": "camera files",
    b"II\x1a\0\0\0HEAPCCDR": "camera files",
    b"IIRO": "camera files",
    b"IIRS": "camera files",
    b"MMOR": "camera files",
    b"IIU\0": "camera files",
    b"FOVb": "camera files",
    b"\0MRM": "camera files",
}
_CAMERA_BRAND = b"crx "  # of an ISO media file; Canon
_CAMERA_TIFF = b"CR"  # behind the first eight bytes of a TIFF; Canon

_CAMERA_SUFFIXES = (
    *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc"),
    *(".mef", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2"),
    *(".srf", ".srw", ".x3f"),
)
_UNREAD_SUFFIXES = {
    **dict.fromkeys((".jxl",), "JPEG XL pictures"),
    **dict.fromkeys((".j2k", ".jp2", ".jpc", ".jpf", ".jpx"), "JPEG 2000 pictures"),
    **dict.fromkeys((".psb", ".psd"), "Photoshop documents"),
    **dict.fromkeys((".xcf",), "GIMP documents"),
    **dict.fromkeys((".ai", ".cdr", ".eps", ".ps"), "drawings of this kind"),
    **dict.fromkeys((".svgz",), "compressed SVG drawings"),
    **dict.fromkeys((".ico",), "icons"),
    **dict.fromkeys(_CAMERA_SUFFIXES, "camera files"),
}
"""Their suffixes."""

_WEBP_ANIMATED, _WEBP_ALPHA = 0x02, 0x10  # flags of the VP8X chunk

# Without these a PNG has no pixels, no transparency, no animation or no upright side.
_PNG_ESSENTIAL = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf")
)


def detect_format(head: bytes) -> str:
    """Detect the format from the first `HEAD` bytes: Pillow's name, HEIF, SVG, or "" for none."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _format_of_brands(head[8:64])
    return "SVG" if b"<svg" in head.lower() else ""


def drawing_kind(head: bytes, name: str) -> str:
    """The kind of a drawing, "SVG" or "PDF", by its first bytes, or else by name; "" for others."""
    if b"%PDF-" in head:
        return "PDF"
    known = detect_format(head)
    return "SVG" if known == "SVG" else "" if known else _kind_of_suffix(name)


def _kind_of_suffix(name: str) -> str:
    return DRAWING_SUFFIXES.get(PurePath(name).suffix.lower(), "")


def describe_content(head: bytes) -> str:
    """Describe in words what bytes that are no picture seem to be."""
    for signature, words in _OTHER_SIGNATURES.items():
        if head.lstrip().startswith(signature):
            return words
    return "unknown data"


def unread_kind(head: bytes, name: str) -> str:
    """Name the kind of a picture that is known and not read, in the plural; "" for any other file.

    `head` are its first `HEAD` bytes, `name` its name. A camera file may look like a TIFF, of
    which only a preview could be read, so that its suffix counts; so does that of unknown bytes.
    """
    for signature, kind in _UNREAD_SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head[4:12] == b"ftyp" + _CAMERA_BRAND:
        return "camera files"
    suffix, known = PurePath(name).suffix.lower(), detect_format(head)
    if known == "TIFF" and (head[8:10] == _CAMERA_TIFF or suffix in _CAMERA_SUFFIXES):
        return "camera files"
    return _UNREAD_SUFFIXES.get(suffix, "") if head and not known else ""


def is_foreign(name: str) -> bool:
    """Whether a file name has a suffix that photos do not have. No suffix is not foreign."""
    suffix = PurePath(name).suffix.lower()
    return bool(suffix) and suffix not in PHOTO_SUFFIXES


def strip_metadata(png: bytes) -> bytes:
    """Keep only the chunks of a PNG that its pixels need.

    Compressed text and colour profiles can expand to gigabytes; viewers ignore them.
    """
    chunks, offset = [png[:8]], 8
    while offset + 8 <= len(png):
        length, name = struct.unpack_from(">I4s", png, offset)
        end = offset + 12 + length
        if name in _PNG_ESSENTIAL:
            chunks.append(png[offset:end])
        offset = end
    return b"".join(chunks)


def declare_alpha(webp: bytes) -> bytes:
    """Declare an animated WebP to have alpha, whether its header says so or not.

    The canvas is transparent where no frame covers it. Without the flag Pillow makes it black, and
    a black logo is lost.
    """
    if webp[12:16] != b"VP8X" or len(webp) < 30 or not webp[20] & _WEBP_ANIMATED:
        return webp
    return webp[:20] + bytes([webp[20] | _WEBP_ALPHA]) + webp[21:]


def _format_of_brands(brands: bytes) -> str:
    """Distinguish AVIF and HEIC by the brands of an ISO media file; videos have neither."""
    if any(brand in brands for brand in _AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if any(brand in brands for brand in _HEIF_BRANDS) else ""
