"""Ignored signs: which detections are nothing but a mark of kind `ignore` misread.

A sign explains a detection when it is no weaker than that, holds most of its outline, and when the
mark agrees as well with the sign's own picture. The last keeps a sign from hiding what somebody
put into it: a logo in an empty frame or ring is not in the sign's picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.pipeline.detections import Detection
from detector.pipeline.drawn_mark import DrawnMark, is_explained
from detector.pipeline.faults import attempt
from detector.pipeline.suppression import MAX_LEAD, SAME_INSTANCE, by_rank
from detector.records import Explanation
from detector.settings import AlignmentSettings
from detector.verification.edge_fields import EdgeGrid

MOSTLY_INSIDE = 0.7  # least share of a detection's outline that lies in the sign's


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
        on_fault: Callable[[int, Exception], None],
    ) -> tuple[list[Detection], list[Detection]]:
        """The detections that detected `signs` explain, told so, and the others.

        Those with log-odds below `least` count for nothing and need no explanation. Of detections
        of one mark with the same outline the best decides in which list they are. What cannot be
        compared is not explained, and `on_fault` is told the row of its mark.
        """
        drawn = [DrawnMark(sign, self._index.view(sign.view), self._settings) for sign in signs]
        explained, others = list[Detection](), list[Detection]()
        for detection in by_rank(detections):
            counts = detection.log_odds >= least and not self.shows(detection)
            work = partial(self._explanations, detection, drawn)
            fail = partial(on_fault, detection.mark)
            explained_by = (attempt(work, fail) or ()) if counts else ()
            fitting, opposite = (explained, others) if explained_by else (others, explained)
            if not any(_is_same_outline(detection, better) for better in opposite):
                fitting.append(replace(detection, explained_by=explained_by))
        return explained, others

    def _explanations(
        self, detection: Detection, signs: Sequence[DrawnMark]
    ) -> tuple[Explanation, ...]:
        return tuple(self._explanations_of(detection, signs))

    def _explanations_of(
        self, detection: Detection, signs: Sequence[DrawnMark]
    ) -> Iterator[Explanation]:
        for sign in signs:
            lead = sign.detection.log_odds - detection.log_odds
            inside = geometry.quad_inside(detection.quad, sign.detection.quad)
            if lead < 0 or inside < MOSTLY_INSIDE or not sign.is_in_frame_of(detection):
                continue
            agreement = sign.agreement(detection, self._edge_grid_of(detection.view))
            if is_explained(detection, agreement):
                mark = self._index.marks[sign.detection.mark].id
                yield Explanation(mark, inside, agreement, math.exp(min(lead, MAX_LEAD)))


def _is_same_outline(a: Detection, b: Detection) -> bool:
    """Whether two detections are of one mark, in one frame, with nearly one outline."""
    if a.mark != b.mark or a.picture.frame != b.picture.frame:
        return False
    return geometry.quad_iou(a.quad, b.quad) > SAME_INSTANCE
