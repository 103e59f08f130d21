"""Channel `regions`: pieces of the photo that stand out, set upright and hashed.

A perceptual hash of a whole photo says nothing about a logo in it. Groups of edges at several
sizes are cut out, turned upright by their own outline, and hashed like the views.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.hashes import NearestViews, agreeing_bits, grey_bits, no_hashes
from detector.pictures.gradients import gradients, resize
from detector.records import Features, Floats, Picture, Pixels, Proposal, References, View
from detector.settings import Budget, RegionSettings

BYTES = 16  # phash and dhash of 64 bits each
JOINS = (3, 7, 15, 31)  # widths of gaps bridged, in pixels of the reduced photo
SHORTEST = 12  # pixels of the reduced photo: smaller regions are below what a hash can tell
MARGIN = 0.06  # as the views have round their content
SIDE = 64
UPRIGHT = 6.0  # degrees within which a region is taken as standing straight


class RegionChannel:
    """Rectified regions against whole views."""

    name = "regions"

    def __init__(self, settings: RegionSettings | None = None) -> None:
        self.settings = settings or RegionSettings()

    def describe(self, picture: Picture) -> Features:
        """One row a region: frame is its centre, width and turn in the photo."""
        scale = min(1.0, self.settings.side / max(picture.pixels.shape[:2]))
        small = resize(picture.pixels, scale)
        rectangles = _rectangles(small)[: self.settings.most]
        if not rectangles:
            return no_hashes(BYTES)
        frames = np.array([_frame(one, scale) for one in rectangles], np.float32)
        stack = geometry.halvings(small)
        bits = np.stack([grey_bits(_upright(stack, one)) for one in rectangles])
        return Features(frames, bits, np.zeros(len(bits), np.int16))

    def describe_view(self, view: View) -> Features:
        """One row; none for a turned view, which the complement finds."""
        if view.inverted:
            return no_hashes(BYTES)
        height, width = view.pixels.shape[:2]
        frame = np.array([[width / 2, height / 2, width, 0]], np.float32)
        square = np.asarray(cv2.resize(view.pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
        return Features(frame, grey_bits(square.astype(np.uint8))[None], np.zeros(1, np.int16))

    def prepare(self, stored: StoredFeatures) -> RegionSearcher:
        """See `Channel.prepare`."""
        return RegionSearcher(self.settings, stored.references)


class RegionSearcher:
    """Stored hashes of whole views, compared with those of regions."""

    def __init__(self, settings: RegionSettings, references: References) -> None:
        self.settings, self._nearest = settings, NearestViews(references, BYTES)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The nearest (region, view) pairs; `distance` is the share of differing bits."""
        return self._nearest.only(views).search("regions", photo, self.settings.proposals)


Rectangle = tuple[float, float, float, float, float]
"""Centre x, y, width, height in pixels of the reduced photo, and turn in degrees."""


def _rectangles(pixels: Pixels) -> list[Rectangle]:
    """Groups of edges, strongest first, without near repeats."""
    x, y = gradients(pixels)
    strength = np.sqrt(x * x + y * y)
    edges = (strength > strength.mean() + 0.7 * strength.std()).astype(np.uint8)
    found: list[tuple[float, Rectangle]] = []
    for join in JOINS:
        kernel = np.ones((max(3, join // 2), join), np.uint8)
        closed = np.asarray(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel), np.uint8)
        found += _groups(closed, strength)
    found.sort(key=lambda item: (-item[0], item[1]))
    kept: list[Rectangle] = []
    seen: set[tuple[int, ...]] = set()
    for _, one in found:
        key = tuple(round(value / 6) for value in one[:4])
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


def _groups(mask: NDArray[np.uint8], strength: Floats) -> list[tuple[float, Rectangle]]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    made = []
    for contour in contours:
        x, y, width, height = cv2.boundingRect(contour)
        if min(width, height) < SHORTEST or width * height > 0.95 * mask.size:
            continue
        energy = float(strength[y : y + height, x : x + width].mean()) * (width * height) ** 0.25
        made.append((energy, _straight(np.asarray(contour, np.int32), (x, y, width, height))))
    return made


def _straight(contour: NDArray[np.int32], box: tuple[int, int, int, int]) -> Rectangle:
    """The smallest turned rectangle, or the upright box where the turn is slight."""
    (x, y), (width, height), turn = cv2.minAreaRect(contour)
    if turn > 45:
        width, height, turn = height, width, turn - 90
    if abs(turn) <= UPRIGHT or min(width, height) < SHORTEST or abs(turn) > 40:
        left, top, across, down = box
        return left + across / 2, top + down / 2, float(across), float(down), 0.0
    return x + 0.5, y + 0.5, float(width), float(height), float(turn)


def _frame(one: Rectangle, scale: float) -> tuple[float, float, float, float]:
    x, y, width, height, turn = one
    across = width + 2 * MARGIN * max(width, height)
    return x / scale, y / scale, across / scale, float(np.deg2rad(turn))


def _upright(stack: geometry.Stack, one: Rectangle) -> Pixels:
    """(SIDE, SIDE, 3) of a rectangle with margin, turned upright."""
    x, y, width, height, turn = one
    pad = 2 * MARGIN * max(width, height)
    cos, sin = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    across, down = (width + pad) / SIDE, (height + pad) / SIDE
    half = SIDE / 2
    pose = np.array(
        [
            [cos * across, -sin * down, x - half * (cos * across - sin * down)],
            [sin * across, cos * down, y - half * (sin * across + cos * down)],
            [0, 0, 1],
        ]
    )
    return geometry.warp(stack, pose, (SIDE, SIDE))


REGIONS = ChannelSpec(
    name="regions",
    settings=lambda settings: settings.regions,
    factory=RegionChannel,
    stored=lambda _: {"version": 1, "side": SIDE},
    budget=Budget(poses=2),
    terms={"region": agreeing_bits},
    wording=score_terms.reason("the region's hash differs in {distance:.0%} of bits"),
)
