"""Strokes that do not grow with the drawing, and dashes along a length of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from detector.pictures.svg import transforms, values
from detector.pictures.svg.document import Refused
from detector.pictures.svg.transforms import Matrix

_REMEDY = 'Convert strokes to outlines (in Inkscape: "Path", "Stroke to path") and save again.'


@dataclass(frozen=True, slots=True)
class Stroke:
    """The stroke of an element, as it is inherited."""

    paint: str = "none"
    width: str = "1"
    dashes: str = "none"
    dash_offset: str = "0"

    def inside(self, element: Element, written: Mapping[str, str]) -> Stroke:
        """The stroke of an element with this one around it; `written` is its style."""

        def value(name: str, around: str) -> str:
            own = written.get(name) or element.get(name) or around
            return around if own == "inherit" else own

        return Stroke(
            value("stroke", self.paint),
            value("stroke-width", self.width),
            value("stroke-dasharray", self.dashes),
            value("stroke-dashoffset", self.dash_offset),
        )


def thinned(element: Element, stroke: Stroke, vector_effect: str, to_canvas: Matrix | None) -> None:
    """Write the width of a stroke that is given in pixels of the canvas, and so its dashes.

    Raises `Refused` where the element is drawn at several sizes or stretched, and for dashes that
    are shares of a path of which only its owner says how long it is.
    """
    if stroke.paint == "none":
        return
    if element.get("pathLength") and stroke.dashes != "none":
        raise Refused(element, "has dashes along a pathLength of its own", _REMEDY)
    if vector_effect != "non-scaling-stroke":
        return
    scale = None if to_canvas is None else transforms.scale_of(to_canvas)
    lengths = {
        "stroke-width": _scaled(stroke.width, scale),
        "stroke-dasharray": _scaled(stroke.dashes, scale),
        "stroke-dashoffset": _scaled(stroke.dash_offset, scale),
    }
    if None in lengths.values():
        raise Refused(element, "has vector-effect: non-scaling-stroke", _REMEDY)
    rules = ";".join(f"{name}:{text}" for name, text in lengths.items())
    element.set("style", ";".join(filter(None, (element.get("style"), rules))))


def _scaled(text: str, scale: float | None) -> str | None:
    """Lengths divided by a scale; None where one is no length of its own."""
    if text == "none":
        return text
    words = [word for word in values.words_of(values.tokens_of(text)) if word != ","]
    sides = [values.pixels([word]) for word in words]
    if scale is None or None in sides:
        return None
    return " ".join(f"{(side or 0.0) / scale:.6g}" for side in sides)
