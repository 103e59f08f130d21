"""Round products: mugs, bottles, cans, jars and candles.

Each function takes the printed `Surface`; the constant of its name is its size in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from drawing.meshes import (
    Mesh,
    grid,
    joined,
    lathe,
    placed,
    plate,
    smooth_profile,
    spline,
    tube,
)
from drawing.noise import Colour
from drawing.scenes import Part
from drawing.surfaces import Surface, flat

MUG = (1560, 560)


BOTTLE = (900, 760)


CAN = (1320, 680)


JAR_LID = (700, 700)


JAR = (1000, 420)


TUMBLER = (1200, 460)


def moved(
    parts: tuple[Part, ...], at: tuple[float, float, float], *turns: tuple[str, float]
) -> tuple[Part, ...]:
    """A product turned about its foot, then put somewhere."""
    return tuple(replace(p, mesh=placed(p.mesh, at, *turns)) for p in parts)


def tinted(colour: Colour, rough: float = 0.4) -> Surface:
    """A plain surface of one colour."""
    return flat(4, 4, colour, rough)


def _wall(low: float, high: float, foot: float, top: float) -> Mesh:
    """A nearly straight wall between heights `low` and `high`."""
    z = np.linspace(low, high, 40)
    return lathe(np.stack([np.linspace(foot, top, 40), z], 1))


def mug(skin: Surface, glaze: Colour, rim: Colour | None = None) -> tuple[Part, ...]:
    """A cylindrical mug of 8 by 9.5 cm; the handle is on the right."""
    body = _wall(0.45, 9.3, 4.02, 4.1)
    foot = lathe(smooth_profile([(0, 0.1), (3.4, 0.1), (3.5, 0), (3.75, 0.05), (4.02, 0.45)], 60))
    lip = lathe(
        np.array([(4.1, 9.3), (4.1, 9.42), (4.06, 9.52), (3.97, 9.55), (3.88, 9.52), (3.85, 9.4)])
    )
    inside = lathe(smooth_profile([(3.85, 9.4), (3.78, 0.9), (3.4, 0.6), (0, 0.6)], 120))
    curve = spline(
        [
            (3.85, 0, 7.9),
            (5.0, 0, 8.15),
            (6.35, 0, 7.3),
            (6.8, 0, 5.2),
            (6.2, 0, 3.1),
            (4.9, 0, 2.0),
            (3.85, 0, 1.9),
        ]
    )
    handle = tube(curve, 0.42, flat=1.7)
    plain = tinted(glaze, 0.12)
    edge = tinted(rim, 0.12) if rim else plain
    return (
        Part(body, skin, coat=0.9),
        Part(joined(foot, inside), plain, coat=0.9),
        Part(lip, edge, coat=0.9),
        Part(handle, edge if rim else plain, coat=0.9),
    )


def drink(level: float, colour: Colour, radius: float = 3.8) -> Part:
    """What fills a mug up to `level`."""
    return Part(
        lathe(np.array([(radius, level), (radius * 0.95, level), (0.0, level)])),
        tinted(colour, 0.05),
    )


def bottle(
    label: Surface, glass: Colour, cap: Colour, neck: Surface | None = None
) -> tuple[Part, ...]:
    """A long-necked dark glass bottle, 24 cm high, with a paper label round its front."""
    profile = smooth_profile(
        [
            (0, 0.4),
            (2.4, 0.1),
            (3.05, 0.5),
            (3.15, 1.2),
            (3.15, 13.2),
            (2.95, 15.2),
            (1.75, 18.2),
            (1.32, 20.5),
            (1.3, 22.6),
            (1.45, 22.8),
            (1.45, 23.3),
            (1.3, 23.4),
        ],
        300,
    )
    paper = lathe(np.stack([np.full(30, 3.175), np.linspace(3.2, 11.4, 30)], 1), 160, sweep=176)
    ridges = 1.52 + 0.05 * np.cos(np.linspace(0, 2 * np.pi * 21, 253))
    z = np.array([23.1, 23.3, 23.9, 24.05, 24.1])
    spread = np.array([1.0, 0.98, 0.9, 0.84, 0.0])
    angle = np.linspace(0, 2 * np.pi, 253)
    r = spread[:, None] * np.where(z[:, None] < 23.5, ridges, 1.5)
    crown = grid(
        np.stack([r * np.cos(angle), r * np.sin(angle), np.repeat(z[:, None], 253, 1)], -1),
        closed=True,
    )
    metal = replace(tinted(cap, 0.3), metal=np.full((4, 4), 0.8))
    parts = (
        Part(lathe(profile), tinted(glass, 0.05), coat=1.0, specular=0.8),
        Part(paper, label, 0.002),
        Part(crown, metal),
    )
    if neck is None:
        return parts
    band = lathe(
        np.stack([np.linspace(1.95, 1.62, 12), np.linspace(17.75, 19.05, 12)], 1), 96, sweep=150
    )
    return (*parts, Part(band, neck))


def can(skin: Surface) -> tuple[Part, ...]:
    """A slim drinks can, 6.6 cm wide and 11.6 cm high, printed all round."""
    body = _wall(1.0, 10.6, 3.3, 3.3)
    foot = lathe(smooth_profile([(0, 0.7), (2.2, 0.5), (2.45, 0), (2.7, 0.2), (3.3, 1.0)], 60))
    top = lathe(
        smooth_profile(
            [
                (3.3, 10.6),
                (2.75, 11.35),
                (2.72, 11.6),
                (2.6, 11.62),
                (2.52, 11.2),
                (2.3, 11.15),
                (0, 11.2),
            ],
            120,
        )
    )
    ring = placed(plate(1.6, 2.3, 0.75, 0.12, 0.05), (0, 0.2, 11.22))
    metal = replace(tinted((0.80, 0.80, 0.81), 0.28), metal=np.ones((4, 4)))
    return (
        Part(body, replace(skin, rough=np.full_like(skin.rough, 0.3)), coat=0.5),
        Part(joined(foot, top), metal),
        Part(ring, metal),
    )


def jar(label: Surface, lid: Surface, fill: Colour) -> tuple[Part, ...]:
    """A honey jar, 8 cm wide and 9.5 cm high, with a label band and a printed lid."""
    body = lathe(
        smooth_profile(
            [(0, 0.3), (3.4, 0.1), (4.0, 0.7), (4.05, 1.4), (4.05, 6.9), (3.6, 7.8), (3.45, 8.2)],
            160,
        )
    )
    band = lathe(np.stack([np.full(20, 4.075), np.linspace(1.9, 6.4, 20)], 1), 160, sweep=150)
    rim = lathe(smooth_profile([(3.55, 8.0), (3.72, 8.1), (3.75, 9.3), (3.6, 9.5)], 60))
    cover = placed(plate(7.3, 7.3, 3.64, 0.12, 0.06), (0, 0, 9.42))
    metal = replace(tinted((0.83, 0.66, 0.30), 0.3), metal=np.ones((4, 4)))
    return (
        Part(body, tinted(fill, 0.06), coat=1.0, specular=0.9),
        Part(band, label),
        Part(rim, metal),
        Part(cover, replace(lid, rough=np.full_like(lid.rough, 0.3)), coat=0.4),
    )


def tumbler(skin: Surface, glaze: Colour, wax: Colour) -> tuple[Part, ...]:
    """A candle in a straight ceramic tumbler, 8 cm wide and 9 cm high."""
    body = _wall(0.35, 8.9, 3.95, 3.95)
    rest = joined(
        lathe(smooth_profile([(0, 0), (3.5, 0), (3.8, 0.1), (3.95, 0.35)], 40)),
        lathe(
            smooth_profile([(3.95, 8.9), (3.93, 9.02), (3.8, 9.02), (3.72, 8.9), (3.7, 6.5)], 60)
        ),
    )
    candle = lathe(smooth_profile([(3.72, 7.5), (3.5, 7.36), (0.4, 7.28), (0, 7.24)], 60))
    wick = tube(spline([(0, 0, 7.2), (0.04, 0, 7.8), (0.16, 0.05, 8.3)], 30), 0.06)
    return (
        Part(body, skin, coat=0.2),
        Part(rest, tinted(glaze, 0.3), coat=0.2),
        Part(candle, tinted(wax, 0.35), specular=0.4),
        Part(wick, tinted((0.08, 0.07, 0.06), 0.9)),
    )
