"""Round and boxed products: mugs, bottles, cans, jars, cartons, pouches and bags.

Each function takes the printed `Surface` and returns the parts of the product, standing on z = 0
with its front towards -y. The constant before it is the size of that surface in pixels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from drawing.meshes import (
    Mesh,
    box,
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
from drawing.surfaces import Surface, flat, surface

MUG = (1560, 560)
BOTTLE = (900, 760)
CAN = (1320, 680)
CARTON = (760, 1240)
POUCH = (900, 1300)
JAR_LID = (700, 700)
JAR = (1000, 420)
SHOPPER = (900, 1100)
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


def case(
    front: Surface, colour: Colour, size: tuple[float, float, float], top: Surface | None = None
) -> tuple[Part, ...]:
    """A cardboard box of width, depth and height with a printed front and perhaps top."""
    sides = box(*size, edge=0.1)
    rest = joined(*(m for k, m in sides.items() if k != "front" and (top is None or k != "top")))
    parts = [Part(sides["front"], front, 0.002), Part(rest, tinted(colour, 0.55))]
    if top is not None:
        parts.append(Part(sides["top"], top, 0.002))
    return tuple(parts)


def carton(front: Surface, side: Surface, roof: Colour) -> tuple[Part, ...]:
    """A gable-top drink carton, 9.5 by 9.5 cm, 15.5 cm to the shoulder, with a screw cap."""
    w, h, ridge = 4.75, 15.5, 20.6
    faces = box(2 * w, 2 * w, h, edge=0.15)
    slope = [(-w, h), (-0.15, ridge - 1.9)]
    sheets = []
    for turn in (0, 180):
        y, z = np.array([(a, b) for a, b in slope]).T
        y, z = np.linspace(*y, 8), np.linspace(*z, 8)
        x = np.linspace(-w, w, 8)
        panel = grid(
            np.stack(
                [
                    np.broadcast_to(x, (8, 8)),
                    np.repeat(y[:, None], 8, 1),
                    np.repeat(z[:, None], 8, 1),
                ],
                -1,
            )
        )
        sheets.append(placed(panel, (0, 0, 0), ("z", turn)))
    for turn in (90, 270):
        # The gusset folds inwards below the ridge.
        s, t = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(0, 1, 12))
        y = -w + (1 - np.abs(s)) * t * 3.0
        panel = grid(np.stack([s * w * (1 - 0.97 * t), y, h + t * (ridge - 1.9 - h)], -1))
        sheets.append(placed(panel, (0, 0, 0), ("z", turn)))
    fin = placed(box(2 * w, 0.3, 1.9, 0.06)["front"], (0, 0, ridge - 1.9))
    back = placed(fin, (0, 0, 0), ("z", 180))
    thread = lathe(smooth_profile([(1.55, 0), (1.55, 1.3), (1.45, 1.42), (0, 1.42)], 60))
    lean = np.degrees(np.arctan2(ridge - 1.9 - h, w))
    cap = placed(thread, (0, -w * 0.5, h + (ridge - 1.9 - h) * 0.5), ("x", lean))
    rest = joined(faces["back"], faces["top"], *sheets, fin, back)
    return (
        Part(faces["front"], front, coat=0.25),
        Part(faces["right"], side, coat=0.25),
        Part(faces["left"], side, coat=0.25),
        Part(rest, tinted(roof, 0.4), coat=0.25),
        Part(cap, tinted((0.93, 0.92, 0.9), 0.3)),
    )


def pouch(front: Surface, colour: Colour) -> tuple[Part, ...]:
    """A filled stand-up pouch, 13 by 19 cm, with a flat sealed top, crimps and soft creases."""
    rng = np.random.default_rng(12)
    from drawing.noise import fractal

    n = 180
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(0, 1, n))
    belly = np.clip(1 - np.abs(u) ** 2.6, 0, 1) ** 0.6 * np.clip(1 - v**2.4, 0, 1) ** 0.75
    belly *= 0.86 + 0.14 * np.clip(v * 5, 0, 1)
    crease = (
        fractal(rng, (n, n), (7, 5), 3) * 0.10 * (1 - np.abs(u) ** 6) * np.clip((0.9 - v) * 4, 0, 1)
    )
    depth = 3.4 * belly + crease
    width = 6.5 - 0.35 * np.clip(belly, 0, 1) * (1 - np.abs(u))
    points = np.stack([u * width, -depth - 0.06, v * 19.0], -1)
    face = grid(points)
    back = placed(face, (0, 0, 0), ("z", 180))
    bars = np.sin(v * 19 * 2 * np.pi / 0.28) * (v > 0.93)
    crimped = surface(front.colour, front.height, 0.42)
    return (
        Part(
            face,
            replace(
                crimped, height=np.flipud(_fit(bars, front)), labels=front.labels, signs=front.signs
            ),
            0.01,
        ),
        Part(back, tinted(colour, 0.42)),
    )


def _fit(
    field: np.ndarray[tuple[int, ...], np.dtype[np.float64]], like: Surface
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A field resampled to the pixels of a surface."""
    from drawing.meshes import resized

    return resized(field, *like.labels.shape)


def shopper(front: Surface, colour: Colour, cord: Colour) -> tuple[Part, ...]:
    """A paper carrier bag, 22 by 10 by 27 cm, slightly sunk in at the sides, with two cords."""
    w, d, h, n = 11.0, 5.0, 27.0, 60
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(0, 1, n))
    bulge = 0.35 * np.cos(u * np.pi / 2) * np.sin(v * np.pi) - 0.25 * v * np.cos(u * np.pi / 2)
    face = grid(np.stack([u * w, -d - bulge, v * h], -1))
    dent = 2.3 * v**1.3 * (1 - np.abs(u))
    flank = grid(np.stack([w - dent, u * d, v * h], -1))
    inside = tuple(placed(face, (0, 0.05, 0), ("z", t)) for t in (180,))
    other = placed(flank, (0, 0, 0), ("z", 180))
    loops = [
        tube(
            spline(
                [
                    (-4, y, h - 2.2),
                    (-4, y, h + 2),
                    (-2.6, y * 0.9, h + 7.5),
                    (0, y * 0.8, h + 9.3),
                    (2.6, y * 0.9, h + 7.5),
                    (4, y, h + 2),
                    (4, y, h - 2.2),
                ],
                90,
            ),
            0.24,
        )
        for y in (-d - 0.22, d + 0.1)
    ]
    return (
        Part(face, front, 0.002),
        Part(joined(flank, other, *inside), tinted(colour, 0.6)),
        Part(joined(*loops), tinted(cord, 0.8), sheen=0.3),
    )
