"""A detected mark drawn by itself: whether another detection is nothing but that mark misread.

A mark explains a detection of another one where that agrees as well with the mark's own picture as
with the photo. What somebody put into the mark is not in its picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np

from detector import geometry
from detector.pipeline.detections import Detection
from detector.records import Picture, View
from detector.settings import AlignmentSettings
from detector.verification import edge_measures, pose_refinement
from detector.verification.edge_fields import EdgeGrid

SAME_SHAPE = 0.8  # least agreement with the mark's picture, as a share of that with the photo
LEAST_AGREEMENT = 0.4  # and least of all: words that were read agree with no drawing


class DrawnMark:
    """A detected mark, drawn from its own picture as it lies in the photo and in nothing else."""

    def __init__(self, detection: Detection, view: View, settings: AlignmentSettings) -> None:
        self.detection, self._view, self._settings = detection, view, settings
        size = detection.picture.pixels.shape[1], detection.picture.pixels.shape[0]
        self._box = geometry.box_of(detection.quad, size)

    def is_in_frame_of(self, detection: Detection) -> bool:
        """Whether a detection is in the same frame of the photo, on whatever background."""
        return detection.picture.frame == self.detection.picture.frame

    def agreement(
        self, detection: Detection, grid: EdgeGrid, rounds: Sequence[float] | None = None
    ) -> float:
        """Agreement (-1..1) of another detection with this picture at its own place.

        `rounds` refine its pose, those of the settings if None: a detection that may be of the same
        sign is often not quite in place. The first of them can shrink one to half its size.
        """
        pose = geometry.shift(-self._box[0], -self._box[1]) @ detection.pose
        stack = pose_refinement.ViewStack.of([grid], self._settings.thinning)
        rounds = self._settings.rounds if rounds is None else rounds
        (refined,), _ = pose_refinement.refine(self._edges, stack, pose[None], rounds)
        return edge_measures.measure_edges(self._edges, grid, refined).agreement

    @cached_property
    def _edges(self) -> pose_refinement.PhotoEdges:
        """Edge fields of the drawing, whose top left corner is that of the mark's box."""
        x0, y0, x1, y1 = self._box
        height, width = self._view.pixels.shape[:2]
        # The background goes on beyond the view, so that its outline is no edge.
        framed = cv2.copyMakeBorder(
            self._view.pixels, height, height, width, width, cv2.BORDER_REPLICATE
        )
        pose = geometry.shift(-x0, -y0) @ self.detection.pose @ geometry.shift(-width, -height)
        to_view = np.asarray(np.linalg.inv(pose), np.float64)
        size = max(1, math.ceil(x1 - x0)), max(1, math.ceil(y1 - y0))
        drawn = geometry.warp(geometry.pyramid(np.asarray(framed, np.uint8)), to_view, size)
        return pose_refinement.describe(Picture(drawn), self._settings)


def is_explained(detection: Detection, agreement: float) -> bool:
    """Whether a detection that agrees so much with a mark's own picture shows nothing else."""
    needed = SAME_SHAPE * _agreement_in_photo(detection)
    return agreement >= LEAST_AGREEMENT and agreement >= needed


def _agreement_in_photo(detection: Detection) -> float:
    """NaN where it was not measured."""
    pieces = (piece for piece in detection.evidence if piece.channel == pose_refinement.NAME)
    return next((piece.measures.agreement for piece in pieces), math.nan)
