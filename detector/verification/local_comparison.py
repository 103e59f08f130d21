"""Where a found sign differs from the mark: the fine comparison that verdicts rest on.

Alignment asks whether the mark is there; this asks whether it is quite the same. Both pictures are
brought to the size at which the photo shows the sign, and every small neighbourhood may shift by
itself, so that folds and bends do not count as differences while a changed letter does.
"""

from __future__ import annotations

import cv2
import numpy as np

from detector import geometry, score_terms
from detector.pictures.gradients import gradients
from detector.records import CheckName, Floats, Matrix, Measures, Pixels, View
from detector.verification.edge_fields import edge_field

NAME: CheckName = "difference"
LONGEST = 160  # pixels at which the two are compared, at most
COARSE = (64, 128)  # pixels at which they are first laid over each other better
SHORTEST = 24
SEED = 1  # OpenCV's sampler, so that the same photo gives the same answer
SHIFT = 2  # pixels by which a neighbourhood may lie off
NEIGHBOURHOOD = 0.25  # its side, as a share of the shorter side: a letter of a word
FEWEST = 4  # places from which a homography can be found
STRIDE = 3  # pixels between the places whose shifts are taken together
SHIFTS = np.array([(x, y) for y in range(-SHIFT, SHIFT + 1) for x in range(-SHIFT, SHIFT + 1)])
LITTLE = 1e-6
SIDES = (9, 19)  # least and most pixels of it
GREY = 10.0  # grey levels of chroma that lighting alone gives


def difference(photo: geometry.Stack, view: View, pose: Matrix) -> tuple[Matrix, Measures]:
    """A better pose than `pose` (view to photo), and what differs there.

    `photo` is its `geometry.halvings`. `agreement` is the mean over the mark's edges of the
    agreement of their neighbourhoods, `weakest` the lowest (first percentile), `chroma` the
    correlation of hues. Where the mark has no edges all are NaN: there is nothing to compare. Where
    the photo has none there, the first two are 0: nothing of the mark is seen. Then the pose stays.
    """
    for longest in COARSE:
        pose = pose @ _correction(photo, view, pose, longest)
    mark, seen = pair(photo, view, pose)
    local, _, energy = local_agreement(mark, seen)
    if not energy.any():
        return pose, Measures()
    there = local[energy >= energy.mean()]
    return pose, Measures(
        agreement=float(np.average(local, weights=energy)),
        weakest=float(np.percentile(there, 1)),
        chroma=_chroma_match(mark, seen),
    )


def _correction(photo: geometry.Stack, view: View, pose: Matrix, longest: int) -> Matrix:
    """The homography of view pixels that most neighbourhoods' best shifts agree on."""
    mark, seen = pair(photo, view, pose, longest)
    local, shift, energy = local_agreement(mark, seen)
    y, x = STRIDE * np.array(np.nonzero((energy >= energy.mean())[::STRIDE, ::STRIDE]))
    if len(x) < FEWEST or not local.any():  # without edges no shift is better than another
        return np.eye(3)
    from_, to = np.stack([x, y], axis=1) + 0.5, np.stack([x, y], axis=1) + 0.5 + shift[y, x]
    cv2.setRNGSeed(SEED)
    found, _ = cv2.findHomography(from_, to, cv2.RANSAC, 1.0, maxIters=200)
    zoom = geometry.zoom(view.pixels.shape[1] / mark.shape[1], view.pixels.shape[0] / mark.shape[0])
    better = np.eye(3) if found is None else zoom @ found @ np.linalg.inv(zoom)
    return better if _is_slight(better, view, longest) else np.eye(3)


def _is_slight(better: Matrix, view: View, longest: int) -> bool:
    """Whether no corner of the view moves by more than the shifts that were looked at."""
    size = view.pixels.shape[1], view.pixels.shape[0]
    moved = geometry.quad_of(better, size) - geometry.quad_of(np.eye(3), size)
    return bool(np.abs(moved).max() <= 2 * SHIFT * max(size) / longest)


def pair(
    photo: geometry.Stack, view: View, pose: Matrix, longest: int = LONGEST
) -> tuple[Pixels, Pixels]:
    """The view and the photo under it, both (h, w, 3) at the size the photo has to offer."""
    height, width = view.pixels.shape[:2]
    quad = geometry.quad_of(pose, (width, height))
    offered = float(np.sqrt(abs(geometry.area(quad)) / (width * height)))
    scale = min(1.0, offered, longest / max(width, height))
    size = max(SHORTEST, round(width * scale)), max(SHORTEST, round(height * scale))
    mark = np.asarray(cv2.resize(view.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    to_photo = pose @ geometry.zoom(width / size[0], height / size[1])
    return mark, geometry.warp(photo, to_photo, size)


def local_agreement(mark: Pixels, seen: Pixels) -> tuple[Floats, Floats, Floats]:
    """Of every neighbourhood: its best agreement over small shifts, that shift, its edges.

    (h, w) -1..1; (h, w, 2) x and y in pixels; (h, w) mean power of the mark's edges.
    """
    a, b = (edge_field(*gradients(one)) for one in (mark, seen))
    side = int(np.clip(round(NEIGHBOURHOOD * min(a.shape)), *SIDES)) // 2 * 2 + 1
    energy = _mean(a.real**2 + a.imag**2, side)
    here, there = (np.ascontiguousarray([one.real, one.imag]) for one in (a, np.pad(b, SHIFT)))
    scale = 1 / np.sqrt(_mean((there**2).sum(axis=0), side) + LITTLE)
    best, shift = np.full(a.shape, -np.inf, np.float32), np.zeros(a.shape, np.int8)
    for number, (x, y) in enumerate(SHIFTS):
        window = np.s_[..., SHIFT + y :, SHIFT + x :]
        moved, level = (one[window][..., : a.shape[0], : a.shape[1]] for one in (there, scale))
        shared = _mean(here[0] * moved[0] + here[1] * moved[1], side) * level
        np.copyto(shift, number, where=shared > best)
        np.maximum(best, shared, out=best)
    return best / np.sqrt(energy + LITTLE), SHIFTS[shift], energy


def _mean(values: Floats, side: int) -> Floats:
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)


def _chroma_match(mark: Pixels, seen: Pixels) -> float:
    """Correlation of red-green and blue-yellow; 1 for two grey pictures, near 0 when one is."""
    a, b = (_chroma(cv2.GaussianBlur(one, (0, 0), 1.5)) for one in (mark, seen))
    floor = a.size * GREY**2 / 2
    shared, here, there = (float((p * q).sum()) + floor for p, q in ((a, b), (a, a), (b, b)))
    return shared / float(np.sqrt(here * there))


def _chroma(pixels: object) -> Floats:
    red, green, blue = np.moveaxis(np.asarray(pixels, np.float32), 2, 0)
    both = np.stack([red - green, blue - (red + green) / 2])
    return np.asarray(both - both.mean(axis=(1, 2), keepdims=True), np.float32)


DIFFERENCE = score_terms.EvidenceSpec(
    name=NAME,
    wording=score_terms.reason(
        "compared closely, its parts agree by {agreement:.2f} on average and by "
        "{weakest:.2f} where it differs most"
    ),
)
