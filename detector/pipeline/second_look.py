"""A second look at the likeliest candidates of a photo, by the network of `second_look`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.pipeline.detections import Detection
from detector.pipeline.faults import isolated
from detector.records import Evidence, Floats, Measures
from detector.scoring.scorer import log_odds_of
from detector.settings import SecondLookSettings
from detector.verification import second_look

VIEWS_KEPT = 2048  # views whose description is kept from photo to photo: 19 kB each


class SecondLook:
    """Compares candidates with their views. Lifetime: that of the detector; threads share it."""

    def __init__(self, index: ReferenceIndex, settings: SecondLookSettings) -> None:
        self._index, self._views, self._settings = index, index.view_table, settings
        self._least = log_odds_of(settings.least)
        self._mark_of = lru_cache(VIEWS_KEPT)(self._described)

    def look(
        self,
        photo: geometry.Pyramid,
        detections: Sequence[Detection],
        on_fault: Callable[[Detection, Exception], None],
    ) -> list[Detection]:
        """The detections; the likeliest of them with the second look as evidence."""

        def work(batch: Sequence[Detection]) -> list[Evidence]:
            return self._evidence(photo, batch)

        rows = self._likeliest(detections)
        found = isolated(work, [detections[row] for row in rows], on_fault)
        looked = list(detections)
        for row, piece in zip(rows, found, strict=True):
            if piece is not None:
                looked[row] = replace(looked[row], evidence=(*looked[row].evidence, piece))
        return looked

    def _likeliest(self, detections: Sequence[Detection]) -> list[int]:
        """The rows of those that are looked at: the likeliest, and of no mark too many poses."""
        counts, rows = Counter[int](), list[int]()
        odds = [detection.evidence_log_odds for detection in detections]
        for row in sorted(range(len(odds)), key=lambda row: -odds[row]):
            if odds[row] < self._least:
                break
            counts[detections[row].mark] += 1
            if counts[detections[row].mark] <= self._settings.poses:
                rows.append(row)
        return rows[: self._settings.candidates]

    def _evidence(self, photo: geometry.Pyramid, batch: Sequence[Detection]) -> list[Evidence]:
        pictures = [
            second_look.photo_picture(photo, self._views.size_of(one.view), one.pose)
            for one in batch
        ]
        marks = np.stack([self._mark_of(one.view) for one in batch]).astype(np.float32)
        log_odds = second_look.compare(second_look.describe(pictures), marks)
        return [
            Evidence(
                second_look.NAME,
                int(self._views.ids[one.view]),
                Measures(same_sign=value),
                one.pose,
            )
            for one, value in zip(batch, log_odds.tolist(), strict=True)
        ]

    def _described(self, view: int) -> Floats:
        """What the network keeps of a view, in half precision."""
        picture = second_look.mark_picture(self._index.view(view).pixels)
        return np.asarray(second_look.describe([picture])[0], np.float16)
