"""Draws a rewritten SVG with resvg. Runs in the child process of `detector.pictures.drawings`."""

from __future__ import annotations

import io
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from detector.errors import MarkError
from detector.pictures.svg.canvas import Canvas
from detector.pictures.svg.document import RESAVE, parse
from detector.pictures.svg.rewrite import rewrite

DPI = 96  # without it the renderer leaves out all lengths in mm, cm, in, pt and pc


def render(svg: bytes, side: int, box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """Draw the part `box` of an SVG, as `DrawingWorker.draw` describes. Raises `MarkError`."""
    try:
        root = parse(svg)
        canvas = rewrite(root)
        if canvas is not None:
            root = _cut(root, canvas, side, box)
        text = ElementTree.tostring(root, encoding="unicode")
    except RecursionError as error:
        raise MarkError("the SVG's groups are nested too deeply", remedy=RESAVE) from error
    try:
        # Given both sides, resvg fits the drawing inside and keeps its proportions.
        png = resvg_py.svg_to_bytes(
            svg_string=text, skip_system_fonts=True, width=side, height=side, dpi=DPI
        )
    except ValueError as error:
        raise MarkError(f"the SVG cannot be drawn ({error})", remedy=RESAVE) from error
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        return np.array(image.convert("RGBA"))


def _cut(
    root: Element, canvas: Canvas, side: int, box: tuple[float, float, float, float]
) -> Element:
    """A document of which a part of another one's canvas is all, in whole pixels.

    Else the pixels at the edges of a canvas would be transparent in part.
    """
    x, y = box[0] * canvas.width, box[1] * canvas.height
    width, height = (box[2] - box[0]) * canvas.width, (box[3] - box[1]) * canvas.height
    zoom = side / max(width, height)
    outer = Element(root.tag)
    outer.set("width", str(max(1, round(zoom * width))))
    outer.set("height", str(max(1, round(zoom * height))))
    outer.set("viewBox", f"{x:.9g} {y:.9g} {width:.9g} {height:.9g}")
    outer.set("preserveAspectRatio", "none")
    root.attrib.update({"x": "0", "y": "0", "overflow": "hidden"})
    outer.append(root)
    return outer
