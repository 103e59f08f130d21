"""Procedural ground for every material: smooth noise and the textures built from it.

Textures are (H, W, 3) float sRGB in 0..1 with row 0 at the top; heights are (H, W) float.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from drawing.meshes import resized

Array = NDArray[np.float64]
Colour = tuple[float, float, float]


def smooth(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float]) -> Array:
    """Noise (H, W) of about unit variance with `cells` bumps down and across."""
    rows, cols = (max(int(c) + 4, 4) for c in cells)
    field = resized(rng.normal(size=(rows, cols)), *shape)
    return np.asarray(field / (field.std() + 1e-9), dtype=float)


def fractal(
    rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 5
) -> Array:
    """Sum of noises, each twice as fine and half as strong."""
    total = np.zeros(shape)
    for k in range(octaves):
        down, across = cells[0] * 2**k, cells[1] * 2**k
        if min(down / shape[0], across / shape[1]) > 0.5:
            break
        total += smooth(rng, shape, (min(down, shape[0]), min(across, shape[1]))) * 0.5**k
    return np.asarray(total / total.std(), dtype=float)


def mixed(low: Colour, high: Colour, weight: Array) -> Array:
    """Colours between `low` and `high`, weight (H, W) clipped to 0..1."""
    w = np.clip(weight, 0, 1)[..., None]
    return np.asarray(np.array(low) * (1 - w) + np.array(high) * w)


def plain(shape: tuple[int, int], colour: Colour) -> Array:
    """One colour everywhere."""
    return np.broadcast_to(np.array(colour, dtype=float), (*shape, 3)).copy()


def wood(
    rng: np.random.Generator, shape: tuple[int, int], low: Colour, high: Colour, planks: int = 6
) -> tuple[Array, Array]:
    """Boards along x with grain, and their height with dark joints."""
    rows, cols = shape
    colour, height = np.zeros((*shape, 3)), np.zeros(shape)
    edges = np.linspace(0, rows, planks + 1).astype(int)
    for top, end in pairwise(edges):
        part = (end - top, cols)
        bend = fractal(rng, part, (2, 3), 3)
        y = np.linspace(0, 1, part[0])[:, None]
        rings = np.sin(2 * np.pi * (y * rng.uniform(3, 6) + 0.55 * bend + rng.uniform(0, 9)))
        fibre = fractal(rng, part, (part[0] / 4, 6), 3)
        pores = smooth(rng, part, (part[0] / 2, 40)) > 2.1
        weight = 0.5 + 0.16 * rings + 0.15 * fibre - 0.35 * pores + rng.uniform(-0.16, 0.16)
        colour[top:end] = mixed(low, high, weight)
        height[top:end] = 0.05 * fibre - 0.3 * pores
        colour[top : top + 2] *= 0.35
        height[top : top + 3] = -3
    return colour, height


def marble(rng: np.random.Generator, shape: tuple[int, int], low: Colour, high: Colour) -> Array:
    """Stone with thin branching veins."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] / max(shape)
    warp = fractal(rng, shape, (3, 3), 6)
    veins = np.zeros(shape)
    for turn, freq, sharp in ((0.6, 3.0, 26.0), (1.1, 5.0, 40.0), (-0.3, 4.0, 60.0)):
        wave = np.sin(2 * np.pi * freq * (x * np.cos(turn) + y * np.sin(turn)) + 1.7 * warp)
        veins = np.maximum(veins, np.exp(-sharp * (1 - np.abs(wave))) * (0.35 + 0.65 * (warp > 0)))
    cloud = 0.07 * fractal(rng, shape, (4, 4), 4)
    return mixed(high, low, 0.75 * veins + np.abs(cloud))


def plaster(
    rng: np.random.Generator, shape: tuple[int, int], colour: Colour
) -> tuple[Array, Array]:
    """A painted wall or paper: nearly flat colour and a fine uneven height."""
    cloud = 0.018 * fractal(rng, shape, (3, 3), 4)
    height = fractal(rng, shape, (40, 40), 5)
    return np.clip(plain(shape, colour) + cloud[..., None], 0, 1), height


def weave(shape: tuple[int, int], threads: float) -> Array:
    """Height -1..1 of a plain weave with `threads` across the width."""
    rows, cols = shape
    y, x = np.mgrid[0:rows, 0:cols] * (threads / cols)
    warp = np.abs(np.sin(np.pi * x)) * ((np.floor(x) + np.floor(y)) % 2)
    weft = np.abs(np.sin(np.pi * y)) * ((np.floor(x) + np.floor(y) + 1) % 2)
    return np.asarray(np.maximum(warp, weft) * 2 - 1)


def knit(shape: tuple[int, int], wales: float) -> Array:
    """Height -1..1 of fine jersey: columns of small slanted stitches."""
    rows, cols = shape
    y, x = np.mgrid[0:rows, 0:cols] * (wales / cols)
    slant = np.abs((x % 1) - 0.5) * 2
    return np.asarray(
        np.sin(2 * np.pi * (y * 1.3 + slant * 0.5)) * 0.6 + np.cos(2 * np.pi * x) * 0.4
    )


def heather(
    rng: np.random.Generator, shape: tuple[int, int], colour: Colour, depth: float
) -> Array:
    """Dyed cloth: short fibres lighter and darker by `depth`."""
    fibre = smooth(rng, shape, (shape[0] / 1.5, shape[1] / 5)) + smooth(
        rng, shape, (shape[0] / 5, shape[1] / 1.5)
    )
    return np.asarray(np.clip(plain(shape, colour) * (1 + depth * fibre[..., None] / 2), 0, 1))
