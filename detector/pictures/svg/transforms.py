"""Transforms of CSS as matrices: (3, 3) float64, from the element's coordinates to its parent's."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tinycss2.ast import Node

from detector.pictures.svg import values

Matrix = NDArray[np.float64]

_RADIANS = {"deg": math.pi / 180, "grad": math.pi / 200, "rad": 1.0, "turn": 2 * math.pi}
_SIDES = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}


def transform(
    tokens: Sequence[Node], size: tuple[float, float] | None, *, attribute: bool = False
) -> Matrix | None:
    """The matrix of a list of functions; None where one is not flat or cannot be resolved.

    Percentages are of `size`, width and height. In an attribute angles are degrees, and `rotate`
    may have a centre.
    """
    product = np.eye(3)
    for token in values.words_of(tokens):
        if token == "," and attribute:
            continue
        if token.type != "function":
            return product if values.keyword(token) == "none" else None
        matrix = _function(token, size, attribute)
        if matrix is None:
            return None
        product = product @ matrix
    return product


def about(matrix: Matrix, origin: tuple[float, float]) -> Matrix:
    """A matrix that is applied about an origin."""
    return _translate(*origin) @ matrix @ _translate(-origin[0], -origin[1])


def has_units(tokens: Sequence[Node]) -> bool:
    """Whether all lengths and angles of a value in CSS have units, without which it is void."""
    return not any(
        argument.type == "number" and argument.value != 0
        for token in tokens
        if token.type == "function" and token.lower_name.startswith(("translate", "rot", "skew"))
        for argument in token.arguments
        if token.lower_name != "rotate3d"
    )


def origin(tokens: Sequence[Node], size: tuple[float, float] | None) -> tuple[float, float] | None:
    """The point that `transform-origin` names, in pixels; None where it cannot be resolved."""
    given = values.words_of(tokens)[:2]
    if not given:
        return None
    words = [*given, *values.tokens_of("center")][:2]
    names = [values.keyword(word) for word in words]
    if names[0] in ("top", "bottom") or names[1] in ("left", "right"):
        words.reverse()
    x, y = (_position(word, size[axis] if size else None) for axis, word in enumerate(words))
    return None if x is None or y is None else (x, y)


def scale_of(matrix: Matrix) -> float | None:
    """By how much a matrix enlarges; None where that differs between directions."""
    linear = matrix[:2, :2]
    product = linear.T @ linear
    is_even = np.allclose(product, product[0, 0] * np.eye(2), rtol=1e-3, atol=1e-9)
    return math.sqrt(product[0, 0]) if is_even and product[0, 0] > 0 else None


def attribute_of(matrix: Matrix) -> str:
    """A matrix as the attribute `transform` writes it."""
    numbers = matrix[:2].T.ravel()
    return f"matrix({' '.join(f'{number:.9g}' for number in numbers)})"


def _function(token: Node, size: tuple[float, float] | None, attribute: bool) -> Matrix | None:
    """The matrix of one function."""
    name = token.lower_name
    arguments = [word for word in values.words_of(token.arguments) if word != ","]
    if name in ("rotate", "rotatez", "skew", "skewx", "skewy"):
        turned = 1 if attribute and name == "rotate" else len(arguments)
        angles = [_angle(word, attribute) for word in arguments[:turned]]
        centre = [values.pixels([word]) for word in arguments[turned:]]
        return _turned(name, angles, centre)
    axes = {"translatey": 1, "scaley": 1}.get(name, 0)
    whole = (1.0, 1.0) if name.startswith("scale") else size  # what 100% is
    numbers = [_argument(word, whole, n + axes) for n, word in enumerate(arguments)]
    if None in numbers or not numbers:
        return None
    return _moved(name, [n for n in numbers if n is not None])


def _moved(name: str, numbers: list[float]) -> Matrix | None:
    """The matrix of a function of lengths and numbers."""
    if name == "matrix" and len(numbers) == 6:
        a, b, c, d, e, f = numbers
        return np.array([[a, c, e], [b, d, f], [0, 0, 1.0]])
    kind, axis = (name[:-1], name[-1]) if name[-1] in "xyz" else (name.removesuffix("3d"), "")
    idle = {"translate": 0.0, "scale": 1.0}.get(kind)
    if idle is None:
        return None
    first, second = numbers[0], numbers[1] if len(numbers) > 1 else idle
    if kind == "scale" and len(numbers) == 1 and not axis:
        second = first
    x = first if axis in ("", "x") else idle
    y = {"": second, "y": first}.get(axis, idle)
    return _translate(x, y) if kind == "translate" else np.diag([x, y, 1.0])


def _turned(name: str, angles: list[float | None], centre: list[float | None]) -> Matrix | None:
    """The matrix of a function of angles."""
    if not angles or None in angles or None in centre:
        return None
    first, *others = (angle or 0.0 for angle in angles)
    if name in ("rotate", "rotatez"):
        cos, sin = math.cos(first), math.sin(first)
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
        return about(turn, (centre[0] or 0.0, centre[1] or 0.0)) if len(centre) == 2 else turn
    x, y = (0.0, first) if name == "skewy" else (first, others[0] if others else 0.0)
    return np.array([[1, math.tan(x), 0], [math.tan(y), 1, 0], [0, 0, 1.0]])


def _angle(token: Node, attribute: bool) -> float | None:
    """An angle in radians."""
    if token.type == "number" and (attribute or token.value == 0):
        return float(token.value) * _RADIANS["deg"]
    if token.type != "dimension" or token.lower_unit not in _RADIANS:
        return None
    return float(token.value) * _RADIANS[token.lower_unit]


def _argument(token: Node, size: tuple[float, float] | None, axis: int) -> float | None:
    """A number, or a length in pixels; a percentage is of the size along an axis."""
    if token.type != "percentage":
        return values.pixels([token])
    return token.value / 100 * size[axis % 2] if size else None


def _position(token: Node, side: float | None) -> float | None:
    """A part of `transform-origin` in pixels."""
    if token.type == "percentage":
        share = token.value / 100
    elif values.keyword(token) in _SIDES:
        share = _SIDES[values.keyword(token)]
    else:
        return values.pixels([token])
    return share * side if side is not None else None


def _translate(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])
