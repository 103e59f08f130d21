"""Rasterising of SVG files with resvg, in a child process that may crash or hang.

An SVG can name files of this machine, expand a few entities to gigabytes or make the renderer
overflow its stack (resvg does at some 500 nested groups). So the text is parsed here first, what
reads other files or needs fonts is refused with a remedy, and only the checked text goes to the
child, which has limits of its own.
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
_RESAVE = 'Save it again as plain SVG (in Inkscape: "Save as", "Plain SVG").'
_CONVERT_TEXT = (
    "Fonts differ between machines: convert text to outlines "
    '(in Inkscape: "Path", "Object to path") and save again.'
)
_EXTRACT_PICTURE = "Save the picture inside it as PNG and give that as the view."
_REFUSED_ELEMENTS = {
    "text": ("contains text", _CONVERT_TEXT),
    "flowRoot": ("contains text", _CONVERT_TEXT),
    "foreignObject": ("contains a foreign object, which is not drawn", _RESAVE),
    "image": ("contains an embedded or linked picture", _EXTRACT_PICTURE),
    "feImage": ("contains an embedded or linked picture", _EXTRACT_PICTURE),
}


def rasterise(svg: bytes, side: int, place: str = "") -> NDArray[np.uint8]:
    """Rasterise an SVG so that its longest side is `side` pixels (1 to 8192).

    Returns (H, W, 4) uint8 RGBA with straight alpha, transparent where nothing is drawn. `place`
    is the file named in messages. No file, font or network address is read. Raises `MarkError`
    when the SVG is broken, larger than 5 MB, declares entities, contains text, embedded or
    linked pictures, draws nothing, crashes the renderer or takes longer than 20 s; `UsageError`
    when `side` is out of range.
    """
    if not 1 <= side <= MAX_SIDE:
        raise UsageError(f"the side must be 1 to {MAX_SIDE} pixels, not {side}", place=place)
    if len(svg) > MAX_BYTES:
        raise MarkError(f"the SVG is larger than {MAX_BYTES:,} bytes", place=place, remedy=_RESAVE)
    png = _draw(_sanitised(svg, place), side, place)
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        pixels = np.array(image.convert("RGBA"))
    if not pixels[..., 3].any():
        raise MarkError("the SVG draws nothing", place=place, remedy="Check it in a browser.")
    return pixels


def _sanitised(svg: bytes, place: str) -> str:
    """Serialise the SVG again after the checks: without doctype, comments and instructions."""
    _refuse_declarations(svg, place)
    try:
        root = ElementTree.fromstring(svg)
        if root.tag not in (f"{_SVG}svg", "svg"):
            raise MarkError("this is not an SVG", place=place, remedy=_RESAVE)
        for element in root.iter():
            _check_element(element, place)
        return ElementTree.tostring(root, encoding="unicode")
    except ElementTree.ParseError as error:
        raise _broken(str(error), error.position[0], place) from error
    except RecursionError as error:
        raise MarkError("its groups are nested too deeply", place=place, remedy=_RESAVE) from error


def _refuse_declarations(svg: bytes, place: str) -> None:
    """Refuse a document type with declarations of its own before any of them is expanded."""
    parser = expat.ParserCreate()

    def on_doctype(_name: str, _system: str | None, _public: str | None, internal: bool) -> None:
        if internal:
            location = _location(place, parser.CurrentLineNumber)
            raise MarkError("the SVG declares entities of its own", place=location, remedy=_RESAVE)

    parser.StartDoctypeDeclHandler = on_doctype
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _broken(str(error), parser.ErrorLineNumber, place) from error


def _check_element(element: ElementTree.Element, place: str) -> None:
    """Refuse what needs fonts or other files, or what the renderer would silently leave out."""
    name = element.tag.removeprefix(_SVG)
    if name in _REFUSED_ELEMENTS:
        message, remedy = _REFUSED_ELEMENTS[name]
        raise MarkError(f"the SVG {message}", place=place, remedy=remedy)
    if "}" in name or name == "a":
        return  # editors' private elements and links are not drawn
    target = (element.get(_XLINK_HREF) or element.get("href") or "#").strip()
    if not target.startswith("#"):
        raise MarkError(f"the SVG refers to {target[:80]!r}", place=place, remedy=_RESAVE)


def _draw(svg: str, side: int, place: str) -> bytes:
    """Rasterise the checked text in the child process: PNG bytes."""
    child = [sys.executable, "-P", str(Path(__file__).with_name("vector_child.py")), str(side)]
    try:
        process = subprocess.run(
            child, input=svg.encode(), capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"drawing the SVG took longer than {MAX_SECONDS:.0f} s"
        raise MarkError(message, place=place, remedy=_RESAVE) from error
    if process.returncode == 0:
        return process.stdout
    log = process.stderr.decode(errors="replace").strip().splitlines()
    raise MarkError(
        f"the SVG cannot be drawn ({log[-1] if log else 'the renderer crashed'})",
        place=place,
        remedy=_RESAVE,
    )


def _broken(reason: str, line: int, place: str) -> MarkError:
    return MarkError(f"the SVG is broken: {reason}", place=_location(place, line), remedy=_RESAVE)


def _location(place: str, line: int) -> str:
    return f"{place}:{line}" if place else f"line {line}"
