"""Products drawn plainly, to carry a print or to be measured."""

from __future__ import annotations

from random import Random

import numpy as np

from detector.evaluation.graphics.sheet import (
    Box,
    Colour,
    Sheet,
    around,
    colour,
    corners_of,
    pale,
    smooth,
)
from detector.records import Floats

SHIRT = (
    (0.34, 0.03), (0.42, 0.09), (0.58, 0.09), (0.66, 0.03), (0.8, 0.1), (1.0, 0.36), (0.84, 0.46),
    (0.77, 0.36), (0.78, 0.97), (0.22, 0.97), (0.23, 0.36), (0.16, 0.46), (0.0, 0.36), (0.2, 0.1),
)  # fmt: skip
DRESS = (
    (0.36, 0.02), (0.43, 0.1), (0.57, 0.1), (0.64, 0.02), (0.7, 0.2), (0.64, 0.4), (0.9, 0.97),
    (0.1, 0.97), (0.36, 0.4), (0.3, 0.2),
)  # fmt: skip
TROUSERS = (
    (0.25, 0.03), (0.75, 0.03), (0.84, 0.97), (0.6, 0.97), (0.5, 0.32), (0.4, 0.97), (0.16, 0.97),
)  # fmt: skip
TOTE = ((0.1, 0.3), (0.9, 0.3), (0.96, 0.98), (0.04, 0.98))
CARTON = ((0.08, 0.22), (0.92, 0.22), (0.92, 0.95), (0.08, 0.95))
BOTTLE = (
    (0.42, 0.02), (0.58, 0.02), (0.58, 0.2), (0.72, 0.32), (0.72, 0.98), (0.28, 0.98), (0.28, 0.32),
    (0.42, 0.2),
)  # fmt: skip
MUG = ((0.12, 0.15), (0.72, 0.15), (0.7, 0.92), (0.14, 0.92))
CAP = (
    (0.12, 0.6),
    (0.16, 0.35),
    (0.32, 0.18),
    (0.55, 0.14),
    (0.75, 0.24),
    (0.84, 0.5),
    (0.84, 0.62),
)
SHOE = (
    (0.04, 0.35), (0.28, 0.3), (0.4, 0.42), (0.6, 0.56), (0.88, 0.63), (0.97, 0.76), (0.95, 0.86),
    (0.04, 0.86),
)  # fmt: skip
PHONE = ((0.27, 0.02), (0.73, 0.02), (0.73, 0.98), (0.27, 0.98))

OUTLINES = {
    "shirt": SHIRT, "dress": DRESS, "trousers": TROUSERS, "tote": TOTE, "carton": CARTON,
    "bottle": BOTTLE, "mug": MUG, "cap": CAP, "shoe": SHOE, "phone": PHONE,
}  # fmt: skip
"""Corners from the top left of a square that the product fills."""

CUTS = {"carton": 0.005, "mug": 0.06, "tote": 0.02, "phone": 0.05, "bottle": 0.08}
"""How far corners of stiff products are cut, as in `smooth`."""

PRINTS: dict[str, Box] = {
    "shirt": (0.33, 0.25, 0.34, 0.3), "dress": (0.38, 0.16, 0.24, 0.12),
    "tote": (0.22, 0.45, 0.56, 0.4), "carton": (0.2, 0.38, 0.6, 0.42),
    "bottle": (0.31, 0.45, 0.38, 0.3), "mug": (0.2, 0.3, 0.44, 0.45),
    "cap": (0.36, 0.3, 0.34, 0.22), "phone": (0.32, 0.35, 0.36, 0.35),
}  # fmt: skip
"""Where each product that can be printed carries its print; x, y, width, height."""


def product(sheet: Sheet, random: Random, box: Box, kind: str) -> Colour:
    """Draw a product in the largest square in the middle of a box. Returns its colour."""
    tint = random.choice((pale(random), colour(random, (0.15, 0.75)), (38, 38, 42)))
    outline = placed(box, OUTLINES[kind])
    dim: Colour = tuple(round(0.7 * value) for value in tint)
    _behind(sheet, box, kind, dim)
    sheet.solid(smooth(outline, rounds=2, cut=CUTS.get(kind, 0.16)), tint, random)
    _before(sheet, box, kind, dim)
    return tint


def placed(box: Box, outline: object) -> Floats:
    """Points of a unit square, in the largest square in the middle of a box."""
    x, y, wide, high = box
    side = min(wide, high)
    corner = np.array([x + (wide - side) / 2, y + (high - side) / 2])
    return np.asarray(np.asarray(outline) * side + corner, np.float32)


def print_box(box: Box, kind: str) -> Box:
    """Where a product drawn in a box carries its print."""
    x, y, wide, high = PRINTS[kind]
    (left, top), (right, bottom) = placed(box, [(x, y), (x + wide, y + high)]).tolist()
    return left, top, right - left, bottom - top


def _behind(sheet: Sheet, box: Box, kind: str, dim: Colour) -> None:
    width = min(box[2:]) * 0.035
    if kind == "tote":
        for x in (0.3, 0.36):
            handle = smooth([(x, 0.34), (x, 0.06), (1 - x, 0.06), (1 - x, 0.34)], closed=False)
            sheet.line(placed(box, handle), dim, width)
    if kind == "mug":
        sheet.line(placed(box, around((0.72, 0.5), 0.2, -75, 75)), dim, 2 * width)
    if kind == "cap":
        brim = [(0.7, 0.58), (0.98, 0.66), (0.99, 0.74), (0.5, 0.68)]
        sheet.polygon(smooth(placed(box, brim)), dim)


def _before(sheet: Sheet, box: Box, kind: str, dim: Colour) -> None:
    thin = max(1.0, min(box[2:]) * 0.006)
    if kind == "shirt":
        sheet.line(placed(box, around((0.5, 0.02), 0.1, 25, 155)), dim, 2 * thin)
        for side in ([(0.23, 0.36), (0.25, 0.22)], [(0.77, 0.36), (0.75, 0.22)]):
            sheet.line(placed(box, side), dim, thin)
    if kind == "carton":
        sheet.line(placed(box, [(0.08, 0.3), (0.92, 0.3)]), dim, thin)
        sheet.polygon(placed(box, [(0.08, 0.22), (0.2, 0.1), (0.98, 0.1), (0.92, 0.22)]), dim)
    if kind == "bottle":
        sheet.polygon(placed(box, [(0.41, 0.02), (0.59, 0.02), (0.59, 0.1), (0.41, 0.1)]), dim)
    if kind == "phone":
        for at in ((0.34, 0.08), (0.34, 0.15)):
            sheet.polygon(placed(box, corners_of(at, 0.025, 24)), dim)
    if kind == "shoe":
        sheet.polygon(placed(box, [(0.03, 0.84), (0.96, 0.84), (0.95, 0.93), (0.04, 0.93)]), dim)
        for x in (0.4, 0.46, 0.52):
            sheet.line(placed(box, [(x, 0.42), (x + 0.06, 0.54)]), (245, 245, 245), 3 * thin)
    if kind == "trousers":
        sheet.line(placed(box, [(0.24, 0.08), (0.76, 0.08)]), dim, 2 * thin)
        sheet.line(placed(box, [(0.5, 0.08), (0.5, 0.32)]), dim, thin)
