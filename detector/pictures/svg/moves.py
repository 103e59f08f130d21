"""Transforms of CSS written as the attribute `transform`."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np

from detector.pictures.svg import transforms, values
from detector.pictures.svg.canvas import Canvas
from detector.pictures.svg.document import Refused
from detector.pictures.svg.properties import MOVES
from detector.pictures.svg.transforms import Matrix
from detector.pictures.svg.values import Tokens

_BOXES = ("fill-box", "stroke-box", "content-box", "border-box")
_APPLY = "Apply the transform in the program that made it, and save again."


def moved(
    element: Element, style: Mapping[str, Tokens], canvas: Canvas | None, *, is_root: bool
) -> Matrix | None:
    """Write the transform of an element as its attribute, where CSS has a part in it.

    Returns its matrix, None where only the renderer knows it. Raises `Refused` for one that hangs
    on the outline of the element, and for any but an idle one of the root.
    """
    asked = {name: style[name] for name in MOVES if name in style}
    attribute = values.tokens_of(element.get("transform", "none"))
    if "transform-origin" in element.attrib:
        asked.setdefault("transform-origin", values.tokens_of(element.attrib["transform-origin"]))
    if not asked and not is_root:
        return transforms.transform(attribute, None, attribute=True)
    matrix = _matrix(asked, attribute, canvas)
    if matrix is not None and np.array_equal(matrix, np.eye(3)):
        _write(element, None)
        return matrix
    if matrix is None or is_root or _hangs_on_outline(asked, matrix):
        shown = ", ".join(f"{name}: {values.text_of(value)[:40]}" for name, value in asked.items())
        words = f"has a transform that is not read ({shown or 'of the whole drawing'})"
        raise Refused(element, words, _APPLY)
    centre = transforms.origin(asked.get("transform-origin", ()), _size(canvas)) or (0.0, 0.0)
    matrix = transforms.about(matrix, centre)
    _write(element, matrix)
    return matrix


def _matrix(asked: Mapping[str, Tokens], attribute: Tokens, canvas: Canvas | None) -> Matrix | None:
    """The product of all that moves an element, about its own origin."""
    product = np.eye(3)
    for name in ("translate", "rotate", "scale"):
        value = asked.get(name, ())
        if value and values.keyword(value[0]) != "none":
            tokens = values.tokens_of(f"{name}({values.text_of(value)})")
            part = transforms.transform(tokens, _size(canvas))
            if part is None:
                return None
            product = product @ part
    if "transform" in asked:
        last = transforms.transform(asked["transform"], _size(canvas))
    else:
        last = transforms.transform(attribute, None, attribute=True)
    return None if last is None else product @ last


def _hangs_on_outline(asked: Mapping[str, Tokens], matrix: Matrix) -> bool:
    """Whether the origin or a percentage is of the box of the element, or cannot be resolved."""
    box = asked.get("transform-box", ())
    origin = asked.get("transform-origin", ())
    shares = any(
        token.type == "percentage"
        for name in ("translate", "transform")
        for part in asked.get(name, ())
        for token in ([part] if part.type != "function" else part.arguments)
    )
    if box and values.keyword(box[0]) in _BOXES:
        return shares or not np.array_equal(matrix[:2, :2], np.eye(2))
    return bool(origin) and transforms.origin(origin, (1.0, 1.0)) is None


def _size(canvas: Canvas | None) -> tuple[float, float] | None:
    return canvas.user_size if canvas else None


def _write(element: Element, matrix: Matrix | None) -> None:
    for name in ("transform", "transform-origin", "transform-box"):
        element.attrib.pop(name, None)
    if matrix is not None:
        element.set("transform", transforms.attribute_of(matrix))
