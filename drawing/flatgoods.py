"""Slabs and small things: phone cases, notebooks, tags, soap, books and what lies around.

Each function takes the printed `Surface`; the constant before it is its size in pixels.
"""

from __future__ import annotations

import numpy as np

from drawing.meshes import ball, grid, joined, lathe, placed, plate, smooth_profile, spline, tube
from drawing.noise import Colour, fractal, heather
from drawing.scenes import Part
from drawing.surfaces import Surface, surface
from drawing.vessels import moved, tinted

PHONE = (720, 1440)
NOTEBOOK = (1000, 1400)
TAG = (520, 900)
TIN = (1100, 760)
ROLL = (1500, 900)


def phone_case(back: Surface, colour: Colour) -> tuple[Part, ...]:
    """A phone in its case lying on its face, 7.4 by 15 cm, camera island at the top left."""
    shell = plate(7.4, 15.0, 1.15, 0.95, 0.28)
    island = placed(plate(3.3, 3.6, 0.8, 0.22, 0.1), (-1.65, 5.2, 0.93))
    rings, glass = [], []
    for x, y in ((-2.45, 6.0), (-2.45, 4.4), (-0.9, 5.2)):
        rings.append(
            placed(
                lathe(smooth_profile([(0.66, 0), (0.66, 0.16), (0.6, 0.2), (0.5, 0.14)], 24), 48),
                (x, y, 1.13),
            )
        )
        glass.append(
            placed(lathe(np.array([(0.52, 0.08), (0.3, 0.1), (0.0, 0.11)]), 48), (x, y, 1.15))
        )
    return (
        Part(shell, back, coat=0.5),
        Part(island, tinted(colour, 0.25), coat=0.5),
        Part(joined(*rings), tinted((0.25, 0.25, 0.27), 0.3)),
        Part(joined(*glass), tinted((0.02, 0.02, 0.03), 0.04), coat=1.0),
    )


def notebook(cover: Surface, band: Colour | None) -> tuple[Part, ...]:
    """A bound notebook lying on its back, 14.5 by 20.5 cm, perhaps with an elastic band."""
    pages = surface(
        np.clip(0.9 + 0.06 * np.sin(np.arange(300))[:, None, None] * np.ones((300, 8, 3)), 0, 1)
    )
    parts = [
        Part(plate(14.5, 20.5, 0.7, 0.18, 0.06), tinted((0.2, 0.2, 0.2), 0.7)),
        Part(placed(plate(14.1, 20.1, 0.5, 1.3, 0.03), (0.1, 0, 0.18)), pages),
        Part(placed(plate(14.5, 20.5, 0.7, 0.2, 0.08), (0, 0, 1.46)), cover, 0.004),
    ]
    if band is not None:
        parts.append(
            Part(placed(plate(0.7, 20.7, 0.1, 0.1, 0.04), (5.6, 0, 1.62)), tinted(band, 0.9))
        )
    return tuple(parts)


def tag(front: Surface, cord: Colour) -> tuple[Part, ...]:
    """A card hang tag, 5.2 by 9 cm, with an eyelet and a loop of cord."""
    eyelet = lathe(smooth_profile([(0.42, 0), (0.42, 0.12), (0.3, 0.14), (0.22, 0.05)], 24), 40)
    hole = lathe(np.array([(0.24, 0.03), (0.0, 0.03)]), 24)
    loop = spline(
        [
            (0, 3.9, 0.3),
            (0.5, 5.2, 0.4),
            (2.4, 7.4, 0.15),
            (2.2, 10.2, 0.15),
            (-0.4, 10.8, 0.15),
            (-1.6, 8.2, 0.15),
            (-0.4, 5.4, 0.4),
            (0, 3.9, 0.3),
        ],
        160,
    )
    metal = tinted((0.75, 0.6, 0.35), 0.3)
    return (
        Part(plate(5.2, 9.0, 0.35, 0.09, 0.03), front, 0.003),
        Part(placed(eyelet, (0, 3.8, 0.07)), metal),
        Part(placed(hole, (0, 3.8, 0.1)), tinted((0.05, 0.04, 0.04), 0.9)),
        Part(tube(loop, 0.09, 10), tinted(cord, 0.9)),
    )


def tin(lid: Surface, colour: Colour) -> tuple[Part, ...]:
    """A flat gift tin or box with a printed lid, 22 by 15 by 5 cm."""
    return (
        Part(plate(22, 15.2, 1.4, 3.4, 0.15), tinted(colour, 0.3), coat=0.4),
        Part(placed(plate(22.5, 15.7, 1.55, 1.9, 0.3), (0, 0, 3.3)), lid, coat=0.4),
    )


def roll(paper: Surface, length: float = 34, radius: float = 2.4) -> tuple[Part, ...]:
    """A roll of wrapping paper along x lying on z = 0, its seam below."""
    z = np.linspace(-length / 2, length / 2, 30)
    body = lathe(np.stack([np.full(30, radius), z], 1), 160)
    core = lathe(np.stack([np.full(30, radius * 0.62), z[::-1]], 1), 80)
    ends = [
        lathe(np.array([(radius, s * length / 2), (radius * 0.62, s * length / 2)][:: int(s)]), 160)
        for s in (-1, 1)
    ]
    parts = (Part(body, paper), Part(joined(core, *ends), tinted((0.87, 0.83, 0.76), 0.8)))
    return moved(moved(parts, (0, 0, 0), ("y", 90)), (0, 0, radius), ("x", -40))


def books(colours: list[Colour], seed: int = 1) -> tuple[Part, ...]:
    """A stack of closed books."""
    rng, z, parts = np.random.default_rng(seed), 0.0, list[Part]()
    for colour in colours:
        w, d, h = rng.uniform(14, 17), rng.uniform(20, 23), rng.uniform(1.8, 3.2)
        turn = float(rng.uniform(-14, 14))
        for inset, low, high, tone in (
            (0, 0, 0.25, colour),
            (0.5, 0.25, h - 0.25, (0.9, 0.87, 0.8)),
            (0, h - 0.25, h, colour),
        ):
            slab = plate(w - inset, d - inset, 0.2, high - low, 0.04)
            parts.append(Part(placed(slab, (0, 0, z + low), ("z", turn)), tinted(tone, 0.6)))
        z += h
    return tuple(parts)


def orange(seed: int = 1, colour: Colour = (0.93, 0.48, 0.08), radius: float = 3.6) -> Part:
    """A citrus fruit with a pitted skin."""
    rng = np.random.default_rng(seed)
    shape = (400, 800)
    pits = fractal(rng, shape, (70, 140), 2)
    skin = surface(heather(rng, shape, colour, 0.03), -pits, 0.35)
    return Part(ball(radius, 0.93), skin, 0.004, coat=0.15)


def beans(seed: int, n: int, spread: tuple[float, float, float, float]) -> Part:
    """Roasted coffee beans scattered over x0, y0, x1, y1."""
    rng = np.random.default_rng(seed)
    t, a = np.meshgrid(np.linspace(0.01, np.pi - 0.01, 16), np.linspace(0, 2 * np.pi, 24))
    groove = 0.30 * np.exp(-((np.cos(a) * np.sin(t) * 6) ** 2)) * (np.sin(a) > 0)
    r = 1 - groove
    shape = np.stack(
        [r * np.cos(a) * np.sin(t) * 0.36, r * np.cos(t) * 0.52, r * np.sin(a) * np.sin(t) * 0.25],
        -1,
    )
    bean = grid(shape, closed=False)
    seeds = []
    for _ in range(n):
        at = (
            float(rng.uniform(spread[0], spread[2])),
            float(rng.uniform(spread[1], spread[3])),
            0.25,
        )
        seeds.append(
            placed(bean, at, ("y", float(rng.normal() * 25)), ("z", float(rng.uniform(0, 360))))
        )
    return Part(joined(*seeds), tinted((0.13, 0.065, 0.035), 0.35), specular=0.6)


def pencil(colour: Colour, length: float = 16) -> tuple[Part, ...]:
    """A hexagonal pencil lying along x."""
    body = lathe(np.array([(0.37, 0.0), (0.37, length - 2)]), 7)
    cone = lathe(np.array([(0.36, length - 2), (0.12, length - 0.5)]), 24)
    lead = lathe(np.array([(0.12, length - 0.5), (0.02, length)]), 16)
    parts = (
        Part(body, tinted(colour, 0.3), coat=0.4),
        Part(cone, tinted((0.85, 0.68, 0.48), 0.7)),
        Part(lead, tinted((0.1, 0.1, 0.1), 0.4)),
    )
    return moved(parts, (0, 0, 0.36), ("y", 90))


def plant(seed: int = 3, pot: Colour = (0.86, 0.84, 0.80), leaves: int = 26) -> tuple[Part, ...]:
    """A potted plant with long bent leaves."""
    rng = np.random.default_rng(seed)
    vase = lathe(
        smooth_profile(
            [(0, 0), (4.2, 0), (4.6, 0.3), (5.6, 9.6), (5.7, 10), (5.3, 10), (5.0, 9)], 80
        )
    )
    earth = placed(lathe(np.array([(5.2, 0.0), (0.0, 0.3)])), (0, 0, 8.9))
    blades = []
    for _ in range(leaves):
        turn, lean, long = rng.uniform(0, 2 * np.pi), rng.uniform(0.25, 1.15), rng.uniform(13, 24)
        s = np.linspace(0, 1, 24)
        out = long * (s * np.sin(lean) + 0.25 * s**2)
        up = 9 + long * (s * np.cos(lean) - 0.38 * s**2.2)
        width = 1.6 * np.sin(np.pi * np.clip(s * 0.93 + 0.05, 0, 1)) ** 0.8
        side = np.linspace(-1, 1, 7)[None] * width[:, None]
        x, y = (
            out[:, None] * np.cos(turn) - side * np.sin(turn),
            out[:, None] * np.sin(turn) + side * np.cos(turn),
        )
        blades.append(grid(np.stack([x, y, up[:, None] + 0.25 * np.abs(side)], -1)))
    return (
        Part(vase, tinted(pot, 0.5)),
        Part(earth, tinted((0.12, 0.09, 0.07), 0.95)),
        Part(joined(*blades), tinted((0.13, 0.27, 0.11), 0.45), specular=0.4),
    )
