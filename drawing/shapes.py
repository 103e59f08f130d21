"""Scalable shapes as SVG text: every function returns one element or path, sizes in user units.

Axes are x to the right and y down; angles are degrees, clockwise from the x axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def num(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def polar(centre: Point, radius: float, angle: float) -> Point:
    """The point at `radius` and `angle` from `centre`."""
    turn = math.radians(angle)
    return centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)


def path(d: str, fill: str = "none", stroke: str = "", width: float = 0, more: str = "") -> str:
    """A path from SVG path data; strokes have round ends and joins."""
    line = (
        f' stroke="{stroke}" stroke-width="{num(width)}" stroke-linecap="round"'
        f' stroke-linejoin="round"'
        if stroke
        else ""
    )
    return f'<path d="{d}" fill="{fill}"{line}{" " + more if more else ""}/>'


def points(corners: Iterable[Point]) -> str:
    """Path data of a closed polygon."""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in corners) + "Z"


def polygon(corners: Sequence[Point], fill: str, stroke: str = "", width: float = 0) -> str:
    """A filled polygon."""
    return path(points(corners), fill, stroke, width)


def circle(centre: Point, radius: float, fill: str, stroke: str = "", width: float = 0) -> str:
    """A disc, or a ring when `fill` is none and a stroke is given."""
    return ellipse(centre, (radius, radius), fill, stroke, width)


def ellipse(centre: Point, radii: Point, fill: str, stroke: str = "", width: float = 0) -> str:
    """An ellipse with its axes along x and y."""
    line = f' stroke="{stroke}" stroke-width="{num(width)}"' if stroke else ""
    at = f'cx="{num(centre[0])}" cy="{num(centre[1])}" rx="{num(radii[0])}" ry="{num(radii[1])}"'
    return f'<ellipse {at} fill="{fill}"{line}/>'


def rect(
    box: tuple[float, float, float, float],
    fill: str,
    r: float = 0,
    stroke: str = "",
    width: float = 0,
) -> str:
    """A rectangle from its box x, y, width, height, with corners rounded by `r`."""
    line = f' stroke="{stroke}" stroke-width="{num(width)}"' if stroke else ""
    x, y, w, h = (num(v) for v in box)
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{num(r)}" fill="{fill}"{line}/>'


def star_points(
    centre: Point, outer: float, inner: float, n: int, turn: float = -90
) -> list[Point]:
    """The 2n corners of a star, the first one at angle `turn`."""
    radii = [outer, inner] * n
    return [polar(centre, r, turn + i * 180 / n) for i, r in enumerate(radii)]


def star(centre: Point, outer: float, inner: float, n: int, fill: str) -> str:
    """A star with n rays."""
    return polygon(star_points(centre, outer, inner, n), fill)


def sector(centre: Point, inner: float, outer: float, start: float, end: float) -> str:
    """Path data of a ring sector from angle `start` to `end`."""
    large = int(abs(end - start) > 180)
    a, b = polar(centre, outer, start), polar(centre, outer, end)
    c, d = polar(centre, inner, end), polar(centre, inner, start)
    return (
        f"M{num(a[0])} {num(a[1])}A{num(outer)} {num(outer)} 0 {large} 1 {num(b[0])} {num(b[1])}"
        f"L{num(c[0])} {num(c[1])}A{num(inner)} {num(inner)} 0 {large} 0 {num(d[0])} {num(d[1])}Z"
    )


def leaf(base: Point, tip: Point, bulge: float, bend: float = 0) -> str:
    """Path data of a pointed leaf from `base` to `tip`; `bulge` and `bend` in parts of length."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    mx, my = base[0] + dx * 0.5, base[1] + dy * 0.5
    left = (mx - dy * (bulge + bend), my + dx * (bulge + bend))
    right = (mx + dy * (bulge - bend), my - dx * (bulge - bend))
    p = [num(v) for v in (*base, *left, *tip, *right)]
    return f"M{p[0]} {p[1]}Q{p[2]} {p[3]} {p[4]} {p[5]}Q{p[6]} {p[7]} {p[0]} {p[1]}Z"


def group(body: str, transform: str = "", more: str = "") -> str:
    """Elements moved, turned or scaled together."""
    moved = f' transform="{transform}"' if transform else ""
    return f"<g{moved}{' ' + more if more else ''}>{body}</g>"


def turned(body: str, angle: float, centre: Point) -> str:
    """Elements turned about `centre`."""
    return group(body, f"rotate({num(angle)} {num(centre[0])} {num(centre[1])})")


def moved(body: str, x: float, y: float, scale: float = 1) -> str:
    """Elements scaled about the origin, then shifted by x, y."""
    return group(body, f"translate({num(x)} {num(y)}) scale({num(scale)})")


def gradient(name: str, stops: Sequence[str], start: Point, end: Point) -> str:
    """A linear gradient in user units with evenly spread colours; use it as `url(#name)`."""
    step = 1 / (len(stops) - 1)
    marks = "".join(
        f'<stop offset="{num(i * step)}" stop-color="{c}"/>' for i, c in enumerate(stops)
    )
    line = f'x1="{num(start[0])}" y1="{num(start[1])}" x2="{num(end[0])}" y2="{num(end[1])}"'
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" {line}>{marks}'
        "</linearGradient>"
    )


def clip(name: str, shape: str) -> str:
    """A clipping shape; use it as `clip-path="url(#name)"`."""
    return f'<clipPath id="{name}">{shape}</clipPath>'


def svg(width: float, height: float, body: str, defs: str = "") -> str:
    """A whole SVG file on a transparent ground."""
    head = f"<defs>{defs}</defs>" if defs else ""
    size = f'width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{head}{body}</svg>\n'
