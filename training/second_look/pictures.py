"""Pictures of marks as the second look gets them: references, and photos under known poses."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from detector.records import Floats, Matrix, Pixels
from training.grounds import Grounds
from training.lettering import Random, colour, contrasting, trimmed
from training.scenes import covered, laid
from training.second_look.letters import box_of, outline_of
from training.wear import as_photographed

SIDES = (300, 560)  # pixels of a photo's sides
LONGEST = (34.0, 230.0)  # pixels of a mark's longer side in a photo
AROUND = 1.7  # side of the patch that a mark changes, as a multiple of its longer side
MOST = 3  # marks in a photo
OFF = 0.022  # of a mark's longer side, by which refined poses are off at each corner
_FLOAT = np.float32


class Mark(NamedTuple):
    """A mark to be drawn: its picture (H, W, 4), and whether it has one colour."""

    picture: Pixels
    plain: bool


def reference(mark: Pixels) -> Pixels:
    """A mark (H, W, 4) as its owner gives it, (H, W, 3): on white, or on black if it is white."""
    mark = trimmed(mark)
    cover = mark[..., 3:] / _FLOAT(255)
    seen = mark[mark[..., 3] > 128][:, :3]
    light = bool(len(seen)) and float(seen.mean()) > 225
    ground = _FLOAT(0 if light else 255)
    return np.asarray(mark[..., :3] * cover + ground * (1 - cover), np.uint8)


def photo_of(random: Random, grounds: Grounds, marks: list[Mark]) -> tuple[Pixels, list[Floats]]:
    """A photo (H, W, 3) of some marks, and the outline (4, 2) of each, in photo pixels."""
    high, wide = random.integers(*SIDES, 2).tolist()
    shown = grounds.crop(random, (high, wide)).astype(_FLOAT)
    quads = []
    for mark in marks:
        longest = 2 ** random.uniform(*np.log2(LONGEST))
        side = min(round(AROUND * longest), high, wide)
        left, top = (int(random.integers(0, most - side + 1)) for most in (wide, high))
        patch = shown[top : top + side, left : left + side]
        pose = _pose(random, mark.picture, side)
        patch[:] = laid(random, patch.copy(), mark.picture, pose, plain=mark.plain)
        if random.random() < 0.08:
            patch[:] = covered(random, patch, grounds.crop(random, (side, side)))
        quads.append(_outline(mark.picture, pose) + np.array([left, top], _FLOAT))
    return as_photographed(random, shown), quads


def _pose(random: Random, picture: Pixels, side: int) -> Matrix:
    """Turned, stretched and in perspective, in the middle of a patch of this side."""
    height, width = picture.shape[:2]
    turn = np.deg2rad(random.normal(0, 8) if random.random() < 0.8 else random.uniform(-180, 180))
    scale = side / AROUND / max(height, width)
    stretch, lean = 2 ** random.normal(0, 0.1), random.normal(0, 0.06)
    cos, sin = np.cos(turn), np.sin(turn)
    linear = np.eye(3)
    linear[:2, :2] = np.array([[cos, -sin], [sin, cos]]) @ [[stretch, lean], [0, 1 / stretch]]
    if random.random() < 0.5:
        linear[2, :2] = random.normal(0, 0.11 / side, 2)
    middle = np.array([[1, 0, side / 2], [0, 1, side / 2], [0, 0, 1]])
    start = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    return np.asarray(middle @ linear @ np.diag([scale, scale, 1]) @ start, np.float64)


def _outline(picture: Pixels, pose: Matrix) -> Floats:
    """The outline (4, 2) of what is drawn of a mark."""
    drawn = (picture[..., 3] > 8).astype(np.uint8)
    corners = outline_of(box_of(drawn))
    return np.asarray(cv2.perspectiveTransform(corners[None], pose)[0], _FLOAT)


def nearly(random: Random, quad: Floats) -> Floats:
    """An outline as pose refinement finds it: a little off at each corner."""
    longest = float(np.linalg.norm(np.diff(quad, axis=0), axis=1).max())
    return np.asarray(quad + random.normal(0, OFF * longest, (4, 2)), _FLOAT)


def recoloured(random: Random, mark: Mark) -> Mark:
    """A mark of one colour in any colour; others as they are."""
    if not mark.plain:
        return mark
    picture = mark.picture.copy()
    ink = colour(random)
    picture[..., :3] = ink if random.random() < 0.9 else contrasting(random, ink)
    return Mark(picture, mark.plain)
