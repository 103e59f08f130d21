"""The attacks of the robustness sweep, each from its mildest severity to its worst.

Severity levels are those of D. Hendrycks, T. Dietterich, "Benchmarking neural network robustness to
common corruptions and perturbations" (ICLR 2019), for marks in photos instead of whole pictures.

An attack photographs a scene its own way: it changes one thing of the scene before the photo is
taken, or of the photo after, by as much as the severity says, and leaves all else as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.random import Generator

from detector import geometry
from detector.channels.background import background_pictures
from detector.evaluation.robustness import photo_changes, sign_changes
from detector.evaluation.robustness.scene import (
    LENGTH,
    MARK,
    SIDE,
    RenderedPhoto,
    Scene,
    outline,
    pose_of,
    render_photo,
    to_bytes,
)
from detector.records import Matrix, Pixels

CROWD = 6  # pictures whose things crowd one ground


@dataclass(frozen=True, slots=True)
class Attack:
    """A way to make a mark hard to find, with `severities` in `unit`, mildest first.

    `render` takes the scene, a severity and the attack's own random numbers, the same at every
    severity: a worse one does more of the same.
    """

    name: str
    unit: str
    severities: tuple[float, ...]
    render: Callable[[Scene, float, Generator], RenderedPhoto]


def _sized(scene: Scene, longest: float, _: Generator) -> RenderedPhoto:
    return render_photo(_posed(scene, longest / LENGTH * np.eye(2)))


def _rotated(scene: Scene, degrees: float, _: Generator) -> RenderedPhoto:
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return render_photo(_posed(scene, MARK / LENGTH * np.array([[cos, -sin], [sin, cos]])))


def _stretched(scene: Scene, ratio: float, _: Generator) -> RenderedPhoto:
    """Wider and lower, of the same area."""
    return render_photo(_posed(scene, MARK / LENGTH * np.diag([ratio**0.5, ratio**-0.5])))


def _posed(scene: Scene, turn: Matrix) -> Scene:
    middle = outline(scene.sign, scene.pose).mean(axis=0).astype(np.float64)
    return replace(scene, pose=pose_of(scene.sign, turn, middle))


def _squeezed(scene: Scene, squeeze: float, _: Generator) -> RenderedPhoto:
    """Seen from the left: the right side shorter by `squeeze`, the whole half as much narrower."""
    x0, y0, x1, y1 = geometry.box_of(outline(scene.sign, scene.pose), (SIDE, SIDE))
    inset, right = squeeze * (y1 - y0) / 2, x1 - squeeze * (x1 - x0) / 2
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)
    there = np.array([[x0, y0], [right, y0 + inset], [right, y1 - inset], [x0, y1]], np.float32)
    bend = np.asarray(cv2.getPerspectiveTransform(corners, there), np.float64)
    return render_photo(replace(scene, pose=bend @ scene.pose))


def _inverted(scene: Scene, share: float, _: Generator) -> RenderedPhoto:
    """Sign and product change from dark on light to light on dark, or the other way round."""
    if not share:
        return render_photo(scene)
    mean = scene.ground.mean()
    ground = to_bytes(scene.ground + np.float32(255 - 2 * mean))
    return render_photo(replace(scene, sign=sign_changes.inverted(scene.sign), ground=ground))


def _mirrored(scene: Scene, share: float, _: Generator) -> RenderedPhoto:
    sign = np.ascontiguousarray(scene.sign[:, ::-1]) if share else scene.sign
    return render_photo(replace(scene, sign=sign))


def _faded(scene: Scene, contrast: float, _: Generator) -> RenderedPhoto:
    colour = scene.ground.mean(axis=(0, 1)).astype(np.float32)
    return render_photo(replace(scene, sign=sign_changes.faded(scene.sign, colour, contrast)))


def _crowded(scene: Scene, share: float, random: Generator) -> RenderedPhoto:
    """The product is printed all over with other things, by `share` of their contrast."""
    crowd = scene.ground
    for picture in background_pictures(CROWD, int(random.integers(1 << 30))):
        large = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        things = np.abs(large - np.median(large, axis=(0, 1))).max(axis=2, keepdims=True) > 70
        crowd = np.where(things, large, crowd)
    return render_photo(replace(scene, ground=to_bytes(scene.ground * (1 - share) + crowd * share)))


def _printed(change: Callable[[Pixels, float], Pixels]) -> Callable[..., RenderedPhoto]:
    """An attack on the sign alone."""
    return lambda scene, severity, _: render_photo(
        replace(scene, sign=change(scene.sign, severity))
    )


def _taken(
    change: Callable[[RenderedPhoto, float, Generator], RenderedPhoto],
) -> Callable[..., RenderedPhoto]:
    """An attack on the photo."""
    return lambda scene, severity, random: change(render_photo(scene), severity, random)


ATTACKS = (
    Attack("size", "px", (256, 160, 96, 64, 48, 32, 24, 16), _sized),
    Attack("rotation", "degrees", (0, 10, 20, 30, 45, 90, 135, 180), _rotated),
    Attack("perspective", "squeeze", (0.1, 0.2, 0.3, 0.45, 0.6), _squeezed),
    Attack("folds", "px", (1, 2, 4, 6, 9, 12), _taken(photo_changes.folded)),
    Attack(
        "blur", "px sigma", (0.5, 1, 2, 3, 4, 6),
        _taken(lambda photo, sigma, _: photo_changes.blurred(photo, sigma)),
    ),
    Attack(
        "JPEG", "quality", (95, 70, 40, 20, 10, 5),
        _taken(lambda photo, severity, _: photo_changes.compressed(photo, int(severity))),
    ),
    Attack("noise", "levels sigma", (5, 10, 20, 40, 60, 90), _taken(photo_changes.noisy)),
    Attack(
        "recolour", "degrees of hue", (20, 60, 100, 140, 180), _printed(sign_changes.recoloured)
    ),
    Attack("inverted polarity", "", (0, 1), _inverted),
    Attack("one colour", "share", (0, 0.5, 1), _printed(sign_changes.one_colour)),
    Attack("outline only", "px of line", (4, 3, 2, 1.5, 1), _printed(sign_changes.outlined)),
    Attack("mirrored", "", (0, 1), _mirrored),
    Attack("stretched", "ratio", (1, 1.15, 1.3, 1.5, 1.75, 2), _stretched),
    Attack("partly hidden", "share", (0, 0.2, 0.35, 0.5, 0.65, 0.8), _taken(photo_changes.hidden)),
    Attack("embossed", "depth", (1, 0.6, 0.4, 0.25, 0.15, 0.08), _printed(sign_changes.embossed)),
    Attack("embroidered", "px of thread", (1, 1.5, 2, 3, 4, 6), _printed(sign_changes.embroidered)),
    Attack("low contrast", "share left", (0.8, 0.5, 0.3, 0.2, 0.1, 0.05), _faded),
    Attack("busy background", "share", (0, 0.25, 0.5, 0.75, 1), _crowded),
    Attack(
        "collage", "tiles", (1, 4, 9, 16),
        _taken(lambda photo, severity, random: photo_changes.tiled(photo, int(severity), random)),
    ),
    Attack(
        "long page", "photos", (1, 3, 6, 10),
        _taken(lambda photo, severity, random: photo_changes.paged(photo, int(severity), random)),
    ),
    Attack(
        "photo of a screen", "strength", (0.1, 0.25, 0.5, 0.75, 1), _taken(photo_changes.screened)
    ),
)  # fmt: skip
