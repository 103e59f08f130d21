"""Ignored signs: which detections are nothing but a mark of kind `ignore` misread.

A sign explains a detection when it is no weaker than that, holds most of its outline, and when the
mark agrees as well with the sign's own picture. The last keeps a sign from hiding what somebody
put into it: a logo in an empty frame or ring is not in the sign's picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.pipeline.detections import Detection
from detector.pipeline.faults import isolated
from detector.pipeline.suppression import MAX_LEAD, SAME_INSTANCE, by_rank
from detector.records import Explanation, Picture, View
from detector.settings import AlignmentSettings
from detector.verification import edge_measures, pose_refinement
from detector.verification.edge_fields import EdgeGrid

MOSTLY_INSIDE = 0.7  # least share of a detection's outline that lies in the sign's
SAME_SHAPE = 0.8  # least agreement with the sign's picture, as a share of that with the photo
LEAST_AGREEMENT = 0.4  # and least of all: words that were read agree with no drawing


class IgnoredSigns:
    """The marks of kind `ignore` of an index. Immutable; its lifetime is that of the detector.

    `edge_grid_of` gives the edge grid of a view by its row.
    """

    def __init__(
        self,
        index: ReferenceIndex,
        settings: AlignmentSettings,
        edge_grid_of: Callable[[int], EdgeGrid],
    ) -> None:
        self._index, self._settings, self._edge_grid_of = index, settings, edge_grid_of

    @cached_property
    def _rows(self) -> frozenset[int]:
        marks = enumerate(self._index.marks)
        return frozenset(row for row, mark in marks if not mark.protected)

    def shows(self, detection: Detection) -> bool:
        """Whether a detection is of an ignored sign."""
        return detection.mark in self._rows

    def divide(
        self,
        detections: Iterable[Detection],
        signs: Iterable[Detection],
        least: float,
        on_fault: Callable[[Detection, Exception], None],
    ) -> tuple[list[Detection], list[Detection]]:
        """The detections that detected `signs` explain, told so, and the others.

        Those with log-odds below `least` count for nothing and need no explanation. Of detections
        of one mark with the same outline the best decides in which list they are. A detection that
        cannot be compared with the signs goes to `on_fault` and is not explained.
        """
        drawn = [DrawnSign(sign, self._index.view(sign.view), self._settings) for sign in signs]
        explained, others = list[Detection](), list[Detection]()
        for detection in by_rank(detections):
            counts = detection.log_odds >= least and not self.shows(detection)
            explained_by = self._isolated(detection, drawn, on_fault) if counts else ()
            fitting, opposite = (explained, others) if explained_by else (others, explained)
            if not any(_is_same_outline(detection, better) for better in opposite):
                fitting.append(replace(detection, explained_by=explained_by))
        return explained, others

    def _isolated(
        self,
        detection: Detection,
        signs: Sequence[DrawnSign],
        on_fault: Callable[[Detection, Exception], None],
    ) -> tuple[Explanation, ...]:
        """What explains a detection; nothing where that cannot be found out."""

        def work(batch: Sequence[Detection]) -> list[tuple[Explanation, ...]]:
            return [tuple(self._explanations(detection, signs)) for detection in batch]

        (found,) = isolated(work, [detection], on_fault)
        return found or ()

    def _explanations(
        self, detection: Detection, signs: Sequence[DrawnSign]
    ) -> Iterator[Explanation]:
        for sign in signs:
            lead = sign.detection.log_odds - detection.log_odds
            inside = geometry.quad_inside(detection.quad, sign.detection.quad)
            if lead < 0 or inside < MOSTLY_INSIDE or not sign.is_in_frame_of(detection):
                continue
            agreement = sign.agreement(detection, self._edge_grid_of(detection.view))
            needed = SAME_SHAPE * _agreement_in_photo(detection)
            if agreement >= LEAST_AGREEMENT and agreement >= needed:
                mark = self._index.marks[sign.detection.mark].id
                yield Explanation(mark, inside, agreement, math.exp(min(lead, MAX_LEAD)))


class DrawnSign:
    """A detected sign, drawn from its own picture as it lies in the photo and in nothing else."""

    def __init__(self, detection: Detection, view: View, settings: AlignmentSettings) -> None:
        self.detection, self._view, self._settings = detection, view, settings
        size = detection.picture.pixels.shape[1], detection.picture.pixels.shape[0]
        self._box = geometry.box_of(detection.quad, size)

    def is_in_frame_of(self, detection: Detection) -> bool:
        """Whether a detection is in the same frame of the photo, on whatever background."""
        return detection.picture.frame == self.detection.picture.frame

    def agreement(self, detection: Detection, grid: EdgeGrid) -> float:
        """Agreement (-1..1) of a detected mark with the sign's picture at the mark's place."""
        pose = geometry.shift(-self._box[0], -self._box[1]) @ detection.pose
        stack = pose_refinement.ViewStack.of([grid], self._settings.thinning)
        rounds = self._settings.rounds
        (refined,), _ = pose_refinement.refine(self._edges, stack, pose[None], rounds)
        return edge_measures.measure_edges(self._edges, grid, refined).agreement

    @cached_property
    def _edges(self) -> pose_refinement.PhotoEdges:
        """Edge fields of the drawing, whose top left corner is that of the sign's box."""
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


def _is_same_outline(a: Detection, b: Detection) -> bool:
    """Whether two detections are of one mark, in one frame, with nearly one outline."""
    if a.mark != b.mark or a.picture.frame != b.picture.frame:
        return False
    return geometry.quad_iou(a.quad, b.quad) > SAME_INSTANCE


def _agreement_in_photo(detection: Detection) -> float:
    """NaN where it was not measured."""
    pieces = (piece for piece in detection.evidence if piece.channel == pose_refinement.NAME)
    return next((piece.measures.agreement for piece in pieces), math.nan)
