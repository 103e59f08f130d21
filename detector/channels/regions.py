"""Channel `regions`: perceptual hashes of rectified regions of the photo.

A hash of a whole photo says nothing about a logo in it. So groups of edges at several scales are
cut out, rotated upright by their minimum-area rectangle, and hashed like the views.
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

HASH_BYTES = 16  # phash and dhash of 64 bits each
GAPS = (3, 7, 15, 31)  # widths of gaps closed between edges, in pixels of the reduced photo
MIN_SIDE = 12  # pixels of the reduced photo: hashes do not distinguish smaller regions
MARGIN = 0.06  # around a region, as the views have around their content
SIDE = 64  # pixels of a rectified region
UPRIGHT_DEGREES = 6.0  # rotation up to which a region is taken as upright


class RegionChannel:
    """Hashes rectified regions of photos, and whole views."""

    name = "regions"

    def __init__(self, settings: RegionSettings | None = None) -> None:
        self.settings = settings or RegionSettings()

    def describe(self, picture: Picture) -> Features:
        """One row per region: the frame is its centre, width and angle in the photo."""
        scale = min(1.0, self.settings.side / max(picture.pixels.shape[:2]))
        small = resize(picture.pixels, scale)
        rectangles = _rectangles(small)[: self.settings.most]
        if not rectangles:
            return no_hashes(HASH_BYTES)
        frames = np.array([_frame(rectangle, scale) for rectangle in rectangles], np.float32)
        pyramid = geometry.pyramid(small)
        bits = np.stack([grey_bits(_rectified(pyramid, rectangle)) for rectangle in rectangles])
        return Features(frames, bits, np.zeros(len(bits), np.int16))

    def describe_view(self, view: View) -> Features:
        """One row: the whole view."""
        height, width = view.pixels.shape[:2]
        frame = np.array([[width / 2, height / 2, width, 0]], np.float32)
        square = np.asarray(cv2.resize(view.pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
        return Features(frame, grey_bits(square.astype(np.uint8))[None], np.zeros(1, np.int16))

    def prepare(self, stored: StoredFeatures) -> RegionSearcher:
        """See `Channel.prepare`."""
        return RegionSearcher(self.settings, stored.references)


class RegionSearcher:
    """Compares the hashes of regions with the stored ones of whole views."""

    def __init__(self, settings: RegionSettings, references: References) -> None:
        self.settings, self._nearest = settings, NearestViews(references, HASH_BYTES)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """The nearest (region, view) pairs; `distance` is the share of differing bits."""
        return self._nearest.subset(views).search("regions", photo, self.settings.proposals)


Rectangle = tuple[float, float, float, float, float]
"""Centre x, y, width, height in pixels of the reduced photo, and rotation in degrees."""


def _rectangles(pixels: Pixels) -> list[Rectangle]:
    """Rectangles round groups of edges, strongest first, without near duplicates."""
    x, y = gradients(pixels)
    strength = np.sqrt(x * x + y * y)
    edges = (strength > strength.mean() + 0.7 * strength.std()).astype(np.uint8)
    groups: list[tuple[float, Rectangle]] = []
    for gap in GAPS:
        kernel = np.ones((max(3, gap // 2), gap), np.uint8)
        closed = np.asarray(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel), np.uint8)
        groups += _edge_groups(closed, strength)
    groups.sort(key=lambda group: (-group[0], group[1]))
    distinct: dict[tuple[int, ...], Rectangle] = {}
    for _, rectangle in groups:
        distinct.setdefault(tuple(round(value / 6) for value in rectangle[:4]), rectangle)
    return list(distinct.values())


def _edge_groups(mask: NDArray[np.uint8], strength: Floats) -> list[tuple[float, Rectangle]]:
    """Energy and rectangle of every connected group of edges in a mask (H, W)."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    groups = []
    for contour in contours:
        x, y, width, height = cv2.boundingRect(contour)
        if min(width, height) < MIN_SIDE or width * height > 0.95 * mask.size:
            continue
        energy = float(strength[y : y + height, x : x + width].mean()) * (width * height) ** 0.25
        box = (x, y, width, height)
        groups.append((energy, _rectangle(np.asarray(contour, np.int32), box)))
    return groups


def _rectangle(contour: NDArray[np.int32], box: tuple[int, int, int, int]) -> Rectangle:
    """The minimum-area rectangle, or the upright box where the rotation is slight or ambiguous."""
    (x, y), (width, height), angle = cv2.minAreaRect(contour)
    if abs(angle) > 45:  # in [-90, 0) since OpenCV 4.13, in (0, 90] before
        width, height, angle = height, width, angle - np.copysign(90, angle)
    if abs(angle) <= UPRIGHT_DEGREES or min(width, height) < MIN_SIDE or abs(angle) > 40:
        left, top, across, down = box
        return left + across / 2, top + down / 2, float(across), float(down), 0.0
    return x + 0.5, y + 0.5, float(width), float(height), float(angle)


def _frame(rectangle: Rectangle, scale: float) -> tuple[float, float, float, float]:
    x, y, width, height, angle = rectangle
    across = width + 2 * MARGIN * max(width, height)
    return x / scale, y / scale, across / scale, float(np.deg2rad(angle))


def _rectified(pyramid: geometry.Pyramid, rectangle: Rectangle) -> Pixels:
    """(SIDE, SIDE, 3) pixels of a rectangle with its margin, rotated upright."""
    x, y, width, height, angle = rectangle
    pad = 2 * MARGIN * max(width, height)
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    across, down = (width + pad) / SIDE, (height + pad) / SIDE
    half = SIDE / 2
    pose = np.array(
        [
            [cos * across, -sin * down, x - half * (cos * across - sin * down)],
            [sin * across, cos * down, y - half * (sin * across + cos * down)],
            [0, 0, 1],
        ]
    )
    return geometry.warp(pyramid, pose, (SIDE, SIDE))


REGIONS = ChannelSpec(
    name="regions",
    settings=lambda settings: settings.regions,
    factory=RegionChannel,
    stored=lambda _: {"version": 2, "side": SIDE},
    searched=False,
    budget=Budget(poses=2),
    terms={"region": agreeing_bits},
    wording=score_terms.reason("the region's hash differs in {distance:.0%} of bits"),
)
