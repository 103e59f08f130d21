"""`Detection`: a mark's view under a verified pose, before suppression."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detector import geometry
from detector.records import ChannelName, Evidence, Explanation, Floats, Matrix, Part, Picture
from detector.scoring.scorer import probability

OWN_PICTURE = 7.0  # least log-odds of a photo that is the mark's own picture: a score of 0.999
OWN_PICTURE_EVIDENCE = 100.0  # and those of its evidence: beyond what any other pose reaches


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A verified pose of a view of a mark, with everything measured there.

    Attributes:
        mark: row of the mark in the index.
        view: row of the view in the index's `ViewTable`.
        part: which part of the mark the view shows.
        picture: the picture of the photo in which it lies.
        pose: (3, 3) float64, from view pixels to photo pixels.
        quad: (4, 2) float32, the outline in the photo, clockwise from the view's top left.
        proposed_by: the channel that proposed the pose.
        evidence: the measures of channels and checks there.
        evidence_log_odds: the scorer's unsaturated score by the evidence at the pose alone.
        log_odds: the same with the context: its outline, and the words in the photo.
        words_inside_outline: False where a word that counts for the mark lies outside the outline.
        explained_by: the ignored signs that it is taken for.
        own_picture: whether the photo is the view's picture, whole.

    """

    mark: int
    view: int
    part: Part
    picture: Picture
    pose: Matrix
    quad: Floats
    proposed_by: ChannelName
    evidence: tuple[Evidence, ...]
    evidence_log_odds: float
    log_odds: float
    words_inside_outline: bool = True
    explained_by: tuple[Explanation, ...] = ()
    own_picture: bool = False

    @property
    def score(self) -> float:
        """Calibrated probability, 0..1."""
        return probability(self.log_odds)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box x0 y0 x1 y1 round the outline, clipped to the photo."""
        height, width = self.picture.pixels.shape[:2]
        return geometry.box_of(self.quad, (width, height))


def as_own_picture(detection: Detection) -> Detection:
    """A detection of a photo that is the view's own picture: the surest of all."""
    return replace(
        detection,
        own_picture=True,
        evidence_log_odds=max(detection.evidence_log_odds, OWN_PICTURE_EVIDENCE),
        log_odds=max(detection.log_odds, OWN_PICTURE),
    )


def in_whole(detection: Detection, whole: Picture, corner: tuple[int, int]) -> Detection:
    """A detection in a tile, moved to the picture of which the tile's top left is `corner`."""
    shift = geometry.shift(*corner)
    return replace(
        detection,
        picture=whole,
        pose=shift @ detection.pose,
        quad=detection.quad + np.array(corner, np.float32),
        evidence=tuple(_moved(piece, shift, corner) for piece in detection.evidence),
    )


def _moved(piece: Evidence, shift: Matrix, corner: tuple[int, int]) -> Evidence:
    pose = None if piece.homography is None else shift @ piece.homography
    return replace(
        piece, homography=pose, matches=piece.matches + np.array((0, 0, *corner), np.float32)
    )
