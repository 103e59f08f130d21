"""Where products are photographed: tables, walls, paper sweeps and the light on them."""

from __future__ import annotations

import numpy as np

from drawing.drape import rumpled, sheet
from drawing.meshes import Mesh, grid, placed
from drawing.noise import Colour, fractal, heather, marble, plaster, weave, wood
from drawing.scenes import Lamp, Part
from drawing.surfaces import surface

OAK: tuple[Colour, Colour] = ((0.50, 0.36, 0.24), (0.78, 0.63, 0.46))
WALNUT: tuple[Colour, Colour] = ((0.20, 0.12, 0.08), (0.44, 0.29, 0.19))
PINE: tuple[Colour, Colour] = ((0.70, 0.54, 0.36), (0.90, 0.78, 0.60))
WHITEWASH: tuple[Colour, Colour] = ((0.72, 0.71, 0.68), (0.93, 0.92, 0.90))
GREY: tuple[Colour, Colour] = ((0.28, 0.28, 0.29), (0.46, 0.45, 0.44))


def _top(size: float) -> Mesh:
    return grid(sheet(2, 2, size, size))


def wooden(
    seed: int, tones: tuple[Colour, Colour] = OAK, size: float = 130, turn: float = 0
) -> Part:
    """A table top of boards."""
    rng = np.random.default_rng(seed)
    colour, height = wood(rng, (2000, 2000), *tones, planks=max(4, round(size / 13)))
    rough = 0.42 + 0.06 * fractal(rng, (2000, 2000), (6, 6), 4)
    return Part(placed(_top(size), (0, 0, 0), ("z", turn)), surface(colour, height, rough), 0.003)


def stone(seed: int, low: Colour = (0.45, 0.45, 0.47), high: Colour = (0.93, 0.92, 0.90)) -> Part:
    """A polished marble top."""
    rng = np.random.default_rng(seed)
    return Part(_top(110), surface(marble(rng, (1800, 1800), low, high), 0.0, 0.14), coat=0.3)


def concrete(seed: int, colour: Colour = (0.60, 0.59, 0.57)) -> Part:
    """A cast grey top with pores."""
    rng = np.random.default_rng(seed)
    tone, height = plaster(rng, (1800, 1800), colour)
    cloud = 0.05 * fractal(rng, (1800, 1800), (5, 5), 7)
    pores = np.maximum(fractal(rng, (1800, 1800), (160, 160), 2) - 2.4, 0)
    shade = np.clip(tone + (cloud - 0.25 * pores)[..., None], 0, 1)
    return Part(_top(120), surface(shade, height - 6 * pores, 0.7), 0.004)


def cloth(
    seed: int, colour: Colour = (0.86, 0.83, 0.77), size: float = 120, rise: float = 0.7
) -> Part:
    """A linen spread over the table with shallow folds."""
    rng = np.random.default_rng(seed)
    points = rumpled(rng, (size, size), (0.993, 0.993), (3, 3), rise)
    shape = (1800, 1800)
    tone = heather(rng, shape, colour, 0.07)
    return Part(grid(points), surface(tone, weave(shape, 420), 0.9), 0.006, sheen=0.4)


def wall(seed: int, colour: Colour = (0.82, 0.80, 0.76), away: float = 55) -> Part:
    """A painted wall behind the table."""
    tone, height = plaster(np.random.default_rng(seed), (900, 900), colour)
    mesh = placed(_top(320), (0, away, 60), ("x", 90))
    return Part(mesh, surface(tone, height, 0.85), 0.01)


def sweep(colour: Colour = (0.93, 0.93, 0.92)) -> Part:
    """A roll of studio paper that bends from the floor up the back."""
    t = np.linspace(0, np.pi / 2, 40)
    line = [(-150.0, 0.0), (30.0, 0.0)]
    line += [(30 + 40 * float(np.sin(a)), 40 - 40 * float(np.cos(a))) for a in t]
    line += [(70.0, 220.0)]
    y, z = np.array(line).T
    x = np.linspace(-220, 220, 12)
    points = np.stack(
        [np.broadcast_to(x, (len(y), 12)), *(np.repeat(v[:, None], 12, 1) for v in (y, z))], -1
    )
    tone, height = plaster(np.random.default_rng(9), (300, 300), colour)
    return Part(grid(points), surface(tone, height, 0.85))


def window(side: float = -1, strength: float = 15, warm: float = 1.0) -> tuple[Lamp, ...]:
    """A large soft light from the left (-1) or right (1) and a weak fill from the other side."""
    key = (strength * warm, strength, strength / warm)
    fill = tuple(0.22 * v for v in (strength, strength, strength))
    return (
        Lamp((side * 75, -35, 80), (0, 0, 4), (55, 80), key),
        Lamp((-side * 90, -60, 50), (0, 0, 6), (60, 60), (fill[0], fill[1], fill[2])),
    )


def overhead(strength: float = 13) -> tuple[Lamp, ...]:
    """A low soft box at one side, for things lying flat: folds throw shadows."""
    return (
        Lamp(
            (-105, 45, 75), (0, 0, 0), (60, 60), (1.7 * strength, 1.7 * strength, 1.65 * strength)
        ),
        Lamp((80, -50, 60), (0, 0, 0), (50, 50), (strength / 6, strength / 6, strength / 6)),
    )
