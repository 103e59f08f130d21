"""SVG elements and path data as text, with lengths in user units.

The x axis points right and the y axis down; angles are in degrees, clockwise from the x axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def num(value: float) -> str:
    """A number with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def polar(centre: Point, radius: float, angle: float) -> Point:
    """The point at `radius` and `angle` from `centre`."""
    radians = math.radians(angle)
    return centre[0] + radius * math.cos(radians), centre[1] + radius * math.sin(radians)


def path(d: str, fill: str = "none", stroke: str = "", width: float = 0) -> str:
    """A path from SVG path data; strokes have round caps and joins."""
    caps = ' stroke-linecap="round" stroke-linejoin="round"' if stroke else ""
    return f'<path d="{d}" fill="{fill}"{_stroke(stroke, width)}{caps}/>'


def _stroke(colour: str, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{num(width)}"' if colour else ""


def points(corners: Iterable[Point]) -> str:
    """Path data of a closed polygon."""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in corners) + "Z"


def polygon(corners: Sequence[Point], fill: str) -> str:
    """A filled polygon."""
    return path(points(corners), fill)


def circle(centre: Point, radius: float, fill: str, stroke: str = "", width: float = 0) -> str:
    """A disc, or a ring when `fill` is "none"."""
    return ellipse(centre, (radius, radius), fill, stroke, width)


def ellipse(centre: Point, radii: Point, fill: str, stroke: str = "", width: float = 0) -> str:
    """An ellipse with its axes along x and y."""
    at = f'cx="{num(centre[0])}" cy="{num(centre[1])}" rx="{num(radii[0])}" ry="{num(radii[1])}"'
    return f'<ellipse {at} fill="{fill}"{_stroke(stroke, width)}/>'


def rect(
    box: tuple[float, float, float, float],
    fill: str,
    radius: float = 0,
    stroke: str = "",
    width: float = 0,
) -> str:
    """A rectangle from its box x, y, width, height, with corners of the given radius."""
    x, y, w, h = (num(value) for value in box)
    at = f'x="{x}" y="{y}" width="{w}" height="{h}" rx="{num(radius)}"'
    return f'<rect {at} fill="{fill}"{_stroke(stroke, width)}/>'


def star(centre: Point, outer: float, inner: float, count: int, fill: str) -> str:
    """A star with `count` points, the first at the top."""
    radii = [outer, inner] * count
    corners = [polar(centre, radius, -90 + i * 180 / count) for i, radius in enumerate(radii)]
    return polygon(corners, fill)


def sector(centre: Point, inner: float, outer: float, start: float, end: float) -> str:
    """Path data of a ring sector from angle `start` to `end`."""
    large = int(abs(end - start) > 180)
    a, b = polar(centre, outer, start), polar(centre, outer, end)
    c, d = polar(centre, inner, end), polar(centre, inner, start)
    return (
        f"M{num(a[0])} {num(a[1])}A{num(outer)} {num(outer)} 0 {large} 1 {num(b[0])} {num(b[1])}"
        f"L{num(c[0])} {num(c[1])}A{num(inner)} {num(inner)} 0 {large} 0 {num(d[0])} {num(d[1])}Z"
    )


def leaf(base: Point, tip: Point, width: float) -> str:
    """Path data of a pointed leaf from `base` to `tip`, about `width` times as wide as long."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    x, y = base[0] + dx * 0.5, base[1] + dy * 0.5
    left, right = (x - dy * width, y + dx * width), (x + dy * width, y - dx * width)
    p = [num(value) for value in (*base, *left, *tip, *right)]
    return f"M{p[0]} {p[1]}Q{p[2]} {p[3]} {p[4]} {p[5]}Q{p[6]} {p[7]} {p[0]} {p[1]}Z"


def group(body: str, transform: str = "", attributes: str = "") -> str:
    """A group of elements with a transform or other attributes."""
    moved = f' transform="{transform}"' if transform else ""
    return f"<g{moved}{' ' + attributes if attributes else ''}>{body}</g>"


def rotated(body: str, angle: float, centre: Point) -> str:
    """Elements rotated about `centre`."""
    return group(body, f"rotate({num(angle)} {num(centre[0])} {num(centre[1])})")


def placed(body: str, x: float, y: float, scale: float = 1) -> str:
    """Elements scaled about the origin, then moved by x, y."""
    return group(body, f"translate({num(x)} {num(y)}) scale({num(scale)})")


def clipped(body: str, name: str) -> str:
    """Elements clipped to the `clip` of that name."""
    return group(body, attributes=f'clip-path="url(#{name})"')


def clip(name: str, shape: str) -> str:
    """The definition of a clipping shape."""
    return f'<clipPath id="{name}">{shape}</clipPath>'


def gradient(name: str, colours: Sequence[str], start: Point, end: Point) -> str:
    """The definition of a linear gradient with evenly spaced colours; fill with `url(#name)`."""
    step = 1 / (len(colours) - 1)
    stops = "".join(
        f'<stop offset="{num(i * step)}" stop-color="{colour}"/>'
        for i, colour in enumerate(colours)
    )
    line = f'x1="{num(start[0])}" y1="{num(start[1])}" x2="{num(end[0])}" y2="{num(end[1])}"'
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" {line}>{stops}'
        "</linearGradient>"
    )


def svg(width: float, height: float, body: str, defs: str = "") -> str:
    """A complete SVG file with a transparent background."""
    head = f"<defs>{defs}</defs>" if defs else ""
    size = f'width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{head}{body}</svg>\n'
