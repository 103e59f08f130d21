"""Photos that are a mark's own picture, whole: found by its hash, confirmed by registration.

A repeating pattern has no keypoints that are its own, and the edges of a fine drawing are too fine
for the samples of pose refinement, so the other channels are least sure where nothing was changed.
Here picture and photo are cut out alike, aligned by their grey levels (Evangelidis & Psarakis 2008,
"Parametric image alignment using enhanced correlation coefficient maximization") and compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.channels.hashes import HashChannel, HashSearcher
from detector.index.store import ReferenceIndex
from detector.marks.views import framed_whole
from detector.pictures.gradients import resize
from detector.pipeline.candidates import DescribedPhoto
from detector.records import Floats, Matrix, Pixels, Proposal, View
from detector.settings import ViewSettings
from detector.verification.local_comparison import compare_locally

MIN_SIDE = 48  # pixels of the shorter side of a photo: less shows no mark whole
SIDE = 512  # pixels of the longer side at which a photo is cut out like a mark's picture
MAX_DISTANCE = 0.3  # share of hash bits that may differ; patterns shifted by a pixel have as many
SAME_COLOUR = 28  # grey levels by which the corners of a picture of one background differ
ALIGNED_SIDE = 192  # pixels of the longer side at which both are aligned
SMOOTHING = 3  # pixels, likewise
STEPS = (6, 54)  # of the alignment: after the first few, most other pictures are ruled out
PRECISION = 1e-4  # of the correlation, at which it ends
MIN_FIRST_CORRELATION = 0.5  # of the grey levels of both, after the first steps
MIN_CORRELATION = 0.8  # likewise, aligned
MIN_AGREEMENT = 0.85  # of their edges, compared locally
MIN_WEAKEST = 0.5  # and where they differ most: a changed letter is below
NOTE = "the photo is this picture of the mark, whole"


class OwnPictures:
    """The pictures of the marks of an index, by their hashes. Lives as long as the detector."""

    def __init__(self, index: ReferenceIndex, settings: ViewSettings) -> None:
        self._index, self._settings = index, settings
        self._channel, self._hashes = HashChannel(), HashSearcher(index.references("hashes"))

    def proposals(self, photo: DescribedPhoto) -> Iterator[Proposal]:
        """Yield the views of which a photo is the whole picture, in their place."""
        pixels = photo.picture.pixels
        if min(pixels.shape[:2]) < MIN_SIDE:
            return
        scale = min(1.0, SIDE / max(pixels.shape[:2]))
        for own, to_small in _cut_out(resize(pixels, scale), self._settings):
            to_photo = geometry.zoom(1 / scale, 1 / scale) @ to_small
            for near in self._hashes.search(self._channel.describe_view(own)):
                if near.measures.distance <= MAX_DISTANCE:
                    pose = self._place(photo, self._index.view(near.view), own, to_photo)
                    if pose is not None:
                        yield Proposal("hashes", near.view, near.measures, pose, note=NOTE)

    def _place(
        self, photo: DescribedPhoto, view: View, own: View, to_photo: Matrix
    ) -> Matrix | None:
        """The pose of a view in a photo that is its picture; None where it is another."""
        aligned = align(view.pixels, own.pixels)
        if aligned is None:
            return None
        pose = to_photo @ aligned
        _, measures = compare_locally(photo.edges.pyramid, view, pose)
        same = measures.agreement >= MIN_AGREEMENT and measures.weakest >= MIN_WEAKEST
        return pose if same else None


def _cut_out(pixels: Pixels, settings: ViewSettings) -> Iterator[tuple[View, Matrix]]:
    """Yield a picture (H, W, 3) as the view that it would give, and the map (3, 3) back to it.

    The second way is for a sign to the edges with cut corners, as an icon is: transparent corners
    make a mark's picture have a margin, and the photo of it has none.
    """
    yield framed_whole(pixels, settings)
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]].astype(np.int16)
    if np.ptp(corners, axis=0).max() <= SAME_COLOUR:
        pad = round(settings.margin * max(pixels.shape[:2]))
        colour = corners.mean(axis=0).tolist()
        framed = cv2.copyMakeBorder(pixels, *(pad,) * 4, cv2.BORDER_CONSTANT, value=colour)
        whole = np.asarray(framed, np.uint8)
        view = View("", "", whole, np.ones(whole.shape[:2], bool))
        yield view, geometry.shift(-pad, -pad)


def align(pixels: Pixels, other: Pixels) -> Matrix | None:
    """The map (3, 3) from a picture (H, W, 3) to a nearly equal one; None if they are not equal."""
    height, width = pixels.shape[:2]
    scale = min(1.0, ALIGNED_SIDE / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    affine = _aligned(*(_grey(each, size) for each in (pixels, other)))
    if affine is None:
        return None
    half = geometry.shift(0.5, 0.5)
    inner = half @ np.vstack([affine, [0, 0, 1]]) @ np.linalg.inv(half)
    to_small = geometry.zoom(size[0] / width, size[1] / height)
    to_other = geometry.zoom(other.shape[1] / size[0], other.shape[0] / size[1])
    return np.asarray(to_other @ inner @ to_small, np.float64)


def _aligned(first: Pixels, second: Pixels) -> Floats | None:
    """The affine map (2, 3) from a grey picture (h, w) to another; None if they are not equal."""
    affine, everywhere = np.eye(2, 3, dtype=np.float32), np.full_like(first, 255)
    for most, least in zip(STEPS, (MIN_FIRST_CORRELATION, MIN_CORRELATION), strict=True):
        until = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, most, PRECISION
        try:
            correlation, moved = cv2.findTransformECC(
                first, second, affine, cv2.MOTION_AFFINE, until, everywhere, SMOOTHING
            )
        except cv2.error:  # it does not converge: they are not alike, or one has one colour
            return None
        if correlation < least:
            return None
        affine = np.asarray(moved, np.float32)
    return affine


def _grey(pixels: Pixels, size: geometry.Size) -> NDArray[np.uint8]:
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
