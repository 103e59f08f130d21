"""Scores detections again with their context: other marks, and the words of the photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detector.channels.word_features import letters, unpacked
from detector.index.view_table import ViewTable
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.detections import Detection
from detector.records import Evidence
from detector.scoring.scorer import Scorer
from detector.verification import context
from detector.verification.context import Outlines, PhotoWords


def score_in_context(
    detections: Sequence[Detection],
    others: Sequence[Detection],
    photo: DescribedPhoto,
    views: ViewTable,
    scorer: Scorer,
) -> list[Detection]:
    """The detections with their context among `others` as evidence, and scored by all of it."""
    measured = context.measure_context(
        outlines_of(detections, views), outlines_of(others, views), photo.size, words_of(photo)
    )
    found = []
    for detection, measures in zip(detections, measured, strict=True):
        view = int(views.ids[detection.view])
        piece = Evidence(context.NAME, view, measures, detection.pose)
        evidence = (*detection.evidence, piece)
        log_odds = scorer.in_context(detection.evidence_log_odds, evidence)
        found.append(replace(detection, evidence=evidence, log_odds=log_odds))
    return sorted(found, key=lambda detection: -detection.log_odds)


def outlines_of(detections: Sequence[Detection], views: ViewTable) -> Outlines:
    """What of detections their context depends on."""
    rows = [detection.view for detection in detections]
    return Outlines(
        np.array([detection.quad for detection in detections], np.float32).reshape(-1, 4, 2),
        views.sizes[rows],
        views.marks[rows],
        np.array([detection.evidence_log_odds for detection in detections], np.float64),
    )


def words_of(photo: DescribedPhoto) -> PhotoWords:
    """The single words read in a photo; none where words are not read."""
    read = photo.features.get("words")
    if read is None or not len(read):
        return PhotoWords(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, int))
    table = unpacked(read)
    rows = [row for row, text in enumerate(table.texts) if " " not in text]
    counts = np.array([len(letters(table.texts[row])) for row in rows], np.int64)
    return PhotoWords(table.frames[rows], table.widths[rows], counts)
