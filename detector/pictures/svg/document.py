"""Parsing of SVG documents, their size, and the errors that name an element.

All of it runs in the child process of `detector.pictures.drawing`: the bytes are untrusted.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from detector.errors import MarkError

RESAVE = 'Save it again as plain SVG (in Inkscape: "Save as", "Plain SVG").'

MAX_UNPACKED = 5_000_000  # bytes

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"""url\(\s*["']?([^"')]*)["']?\s*\)""", re.IGNORECASE)


class Refused(MarkError):
    """An element would be drawn otherwise than by a browser."""

    def __init__(self, element: Element, words: str, remedy: str = RESAVE) -> None:
        name, id_ = local_name(element), element.get("id")
        shown = f"<{name} id={id_[:40]!r}>" if id_ else f"<{name}>"
        super().__init__(f"the SVG's {shown} {words}", remedy=remedy)


def parse(svg: bytes) -> Element:
    """Parse an SVG to its root, without doctype, comments and instructions.

    Raises `MarkError` where it is broken, is no SVG, or declares entities of its own, which could
    expand to gigabytes.
    """
    svg = _unpacked(svg)
    _refuse_declarations(svg)
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise _broken(str(error), error.position[0]) from error
    if local_name(root) != "svg":
        raise MarkError("this is not an SVG", remedy=RESAVE)
    return root


def _unpacked(svg: bytes) -> bytes:
    """The document in a compressed file (.svgz); any other as it is."""
    if not svg.startswith(b"\x1f\x8b"):
        return svg
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(svg, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise MarkError(f"the compressed SVG is broken: {error}", remedy=RESAVE) from error
    if len(unpacked) > MAX_UNPACKED:
        message = f"the SVG is larger than {MAX_UNPACKED:,} bytes when unpacked"
        raise MarkError(message, remedy=RESAVE)
    return unpacked


def local_name(element: Element) -> str:
    """The name of an SVG element; other namespaces keep theirs, in braces."""
    return str(element.tag).removeprefix(_SVG)


def href(element: Element) -> str:
    """What an element refers to by `href` or `xlink:href`, "" where nothing."""
    return (element.get("href") or element.get(_XLINK_HREF) or "").strip()


def urls(text: str) -> list[str]:
    """The targets of `url(...)` in a value."""
    return [target.strip() for target in _URL.findall(text)]


def parents_of(root: Element) -> dict[Element, Element]:
    """The parent of every element but the root."""
    return {child: parent for parent in root.iter() for child in parent}


def ancestors(element: Element, parents: dict[Element, Element]) -> Iterator[Element]:
    """Yield an element, its parent, and so on to the root."""
    above: Element | None = element
    while above is not None:
        yield above
        above = parents.get(above)


def view_box(element: Element) -> tuple[float, float, float, float] | None:
    """The viewBox of an element as x, y, width and height; None without a valid one."""
    parts = re.split(r"[\s,]+", (element.get("viewBox") or "").strip())
    try:
        x, y, width, height = map(float, parts)
    except ValueError:
        return None
    return (x, y, width, height) if width > 0 and height > 0 else None


def _refuse_declarations(svg: bytes) -> None:
    """Refuse a document type with declarations of its own before any of them is expanded."""
    parser = expat.ParserCreate()

    def on_doctype(_name: str, _system: str | None, _public: str | None, internal: bool) -> None:
        if internal:
            line = parser.CurrentLineNumber
            message = "the SVG declares entities of its own"
            raise MarkError(message, place=str(line), remedy=RESAVE)

    parser.StartDoctypeDeclHandler = on_doctype
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _broken(str(error), parser.ErrorLineNumber) from error


def _broken(reason: str, line: int) -> MarkError:
    return MarkError(f"the SVG is broken: {reason}", place=str(line), remedy=RESAVE)
