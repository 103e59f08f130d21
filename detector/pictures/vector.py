"""Draws SVG files as pixels, with resvg, in a child process that may crash or hang.

An SVG is a programme: it can name files of this machine, grow out of a few entities or make the
renderer overflow its stack (resvg does at some 500 nested groups). So the text is parsed here
first, everything that reads from elsewhere or needs fonts is refused with a remedy, and only
what was checked is written out again and handed to the child, which has limits of its own.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.errors import MarkError, UsageError

MAX_BYTES = 5_000_000
MAX_SIDE = 8192
MAX_SECONDS = 20.0

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_PLAIN = 'Save it again as plain SVG (in Inkscape: "Save as", "Plain SVG").'
_OUTLINES = (
    "Fonts differ between machines: convert text to outlines "
    '(in Inkscape: "Path", "Object to path") and save again.'
)
_EMBEDDED = "Save the picture inside it as PNG and give that as the view."
_REFUSED = {
    "text": ("contains text", _OUTLINES),
    "flowRoot": ("contains text", _OUTLINES),
    "foreignObject": ("contains a foreign object, which is not drawn", _PLAIN),
    "image": ("contains an embedded or linked picture", _EMBEDDED),
    "feImage": ("contains an embedded or linked picture", _EMBEDDED),
}


def rasterise(svg: bytes, side: int, place: str = "") -> NDArray[np.uint8]:
    """Draw an SVG so that its longest side is `side` pixels (1 to 8192).

    Returns (H, W, 4) uint8 RGBA with straight alpha, transparent where nothing is drawn. `place`
    is the file named in messages. No file, font or network address is read. Raises `MarkError`
    when the SVG is broken, larger than 5 MB, declares entities, contains text, embedded or
    linked pictures, draws nothing, crashes the renderer or takes longer than 20 s; `UsageError`
    when `side` is out of range.
    """
    if not 1 <= side <= MAX_SIDE:
        raise UsageError(f"the side must be 1 to {MAX_SIDE} pixels, not {side}", place=place)
    if len(svg) > MAX_BYTES:
        raise MarkError(f"the SVG is larger than {MAX_BYTES:,} bytes", place=place, remedy=_PLAIN)
    png = _draw(_checked(svg, place), side, place)
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        pixels = np.array(image.convert("RGBA"))
    if not pixels[..., 3].any():
        raise MarkError("the SVG draws nothing", place=place, remedy="Check it in a browser.")
    return pixels


def _checked(svg: bytes, place: str) -> str:
    """The SVG written out again after the checks: no doctype, comments or instructions left."""
    _refuse_declarations(svg, place)
    try:
        root = ElementTree.fromstring(svg)
        if root.tag not in (f"{_SVG}svg", "svg"):
            raise MarkError("this is not an SVG", place=place, remedy=_PLAIN)
        for element in root.iter():
            _check_element(element, place)
        return ElementTree.tostring(root, encoding="unicode")
    except ElementTree.ParseError as error:
        raise _broken(str(error), error.position[0], place) from error
    except RecursionError as error:
        raise MarkError("its groups are nested too deeply", place=place, remedy=_PLAIN) from error


def _refuse_declarations(svg: bytes, place: str) -> None:
    """Refuse a document type with declarations of its own before any of them is expanded."""
    parser = expat.ParserCreate()

    def on_doctype(_name: str, _system: str | None, _public: str | None, internal: bool) -> None:
        if internal:
            at = _at(place, parser.CurrentLineNumber)
            raise MarkError("the SVG declares entities of its own", place=at, remedy=_PLAIN)

    parser.StartDoctypeDeclHandler = on_doctype
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _broken(str(error), parser.ErrorLineNumber, place) from error


def _check_element(element: ElementTree.Element, place: str) -> None:
    """Refuse what needs fonts or other files, or what the renderer would leave out in silence."""
    name = element.tag.removeprefix(_SVG)
    if name in _REFUSED:
        message, remedy = _REFUSED[name]
        raise MarkError(f"the SVG {message}", place=place, remedy=remedy)
    if "}" in name or name == "a":
        return  # editors' private elements and links are not drawn
    target = (element.get(_XLINK_HREF) or element.get("href") or "#").strip()
    if not target.startswith("#"):
        raise MarkError(f"the SVG refers to {target[:80]!r}", place=place, remedy=_PLAIN)


def _draw(svg: str, side: int, place: str) -> bytes:
    """The PNG that the child makes of the checked text."""
    child = [sys.executable, "-P", str(Path(__file__).with_name("vector_child.py")), str(side)]
    try:
        done = subprocess.run(
            child, input=svg.encode(), capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"drawing the SVG took longer than {MAX_SECONDS:.0f} s"
        raise MarkError(message, place=place, remedy=_PLAIN) from error
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().splitlines()
    raise MarkError(
        f"the SVG cannot be drawn ({said[-1] if said else 'the renderer crashed'})",
        place=place,
        remedy=_PLAIN,
    )


def _broken(reason: str, line: int, place: str) -> MarkError:
    return MarkError(f"the SVG is broken: {reason}", place=_at(place, line), remedy=_PLAIN)


def _at(place: str, line: int) -> str:
    return f"{place}:{line}" if place else f"line {line}"
