"""The canvas of an SVG: its size in pixels, and how its coordinates lie on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

import numpy as np
from tinycss2.ast import Node

from detector.pictures.svg import values
from detector.pictures.svg.document import Refused, view_box
from detector.pictures.svg.transforms import Matrix

_FONT_SIZE = 16.0  # pixels of 1em, where nothing says another size
_ALIGNED = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """Width and height in pixels, and the matrix (3, 3) from user coordinates to pixels."""

    width: float
    height: float
    to_pixels: Matrix

    @property
    def user_size(self) -> tuple[float, float]:
        """Width and height in user coordinates, of which percentages are."""
        scale_x, scale_y = self.to_pixels[0, 0], self.to_pixels[1, 1]
        return self.width / scale_x, self.height / scale_y


def canvas_of(root: Element) -> Canvas | None:
    """The canvas, whose size becomes that of the root in pixels; None where it has no size.

    A side that is missing follows from the viewBox, as in a browser.
    """
    box = view_box(root)
    width, height = (_side(root.get(name)) for name in ("width", "height"))
    if box and (width is None or height is None):
        zoom = width / box[2] if width is not None else height / box[3] if height is not None else 1
        width, height = zoom * box[2], zoom * box[3]
    if not width or not height or min(width, height) <= 0:
        return None
    root.set("width", f"{width:.9g}")
    root.set("height", f"{height:.9g}")
    return Canvas(width, height, _placed(box or (0, 0, width, height), width, height, root))


def paint_background(root: Element, tokens: values.Tokens, canvas: Canvas | None) -> None:
    """Put a plate of the background's colour under the drawing, as browsers do."""
    words = values.words_of(tokens)
    colours = [colour for word in words if (colour := values.colour(values.text_of([word])))]
    if any(word.type in ("url", "function") and not _is_colour(word) for word in words):
        raise Refused(root, "has a background picture, which is not drawn")
    if not colours or canvas is None:
        return
    (x, y), (right, bottom) = (
        (np.linalg.inv(canvas.to_pixels) @ (*corner, 1))[:2]
        for corner in ((0, 0), (canvas.width, canvas.height))
    )
    sides = {"x": x, "y": y, "width": right - x, "height": bottom - y}
    plate = SubElement(root, root.tag.removesuffix("svg") + "rect")
    plate.attrib.update({name: f"{side:.9g}" for name, side in sides.items()})
    plate.set("fill", colours[0])
    plate.set("style", "stroke:none;fill-opacity:1")
    root.remove(plate)
    root.insert(0, plate)


def _is_colour(word: Node) -> bool:
    return values.colour(values.text_of([word])) is not None


def _side(text: str | None) -> float | None:
    """A side in pixels; None where it is missing or a share of a page."""
    words = values.words_of(values.tokens_of(text or ""))
    if len(words) == 1 and words[0].type == "dimension" and words[0].lower_unit == "em":
        return float(words[0].value) * _FONT_SIZE
    return values.pixels(words)


def _placed(
    box: tuple[float, float, float, float], width: float, height: float, root: Element
) -> Matrix:
    """The matrix that `preserveAspectRatio` gives."""
    ratio = root.get("preserveAspectRatio") or "xMidYMid"
    scales = np.array([width / box[2], height / box[3]])
    if "none" not in ratio:
        scales[:] = scales.max() if "slice" in ratio else scales.min()
    aligned = re.search("x(Min|Mid|Max)Y(Min|Mid|Max)", ratio)
    shares = np.array([_ALIGNED[word] for word in (aligned.groups() if aligned else ("Mid",) * 2)])
    shift = shares * ((width, height) - scales * box[2:]) - scales * box[:2]
    return np.array([[scales[0], 0, shift[0]], [0, scales[1], shift[1]], [0, 0, 1.0]])
