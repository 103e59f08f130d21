"""Scores detections again with their context: their outlines, and the words of the photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detector import geometry
from detector.channels.word_features import WordTable, letters, unpacked
from detector.channels.words import CLEAR_CONFIDENCE, WordSearcher
from detector.pipeline.candidates import Candidates, DescribedPhoto
from detector.pipeline.detections import Detection
from detector.records import Evidence, Features, Floats, Measures
from detector.scoring.scorer import Scorer
from detector.verification import context
from detector.verification.context import PhotoWords


class ContextScorer:
    """Scores detections in their context. Immutable; its lifetime is that of the detector."""

    def __init__(self, candidates: Candidates, scorer: Scorer) -> None:
        self._views, self._scorer = candidates.views, scorer
        self._marks = len(self._views.wholes)
        searcher = candidates.searchers.get("words")
        self._words = searcher if isinstance(searcher, WordSearcher) else None

    def score(self, detections: Sequence[Detection], photo: DescribedPhoto) -> list[Detection]:
        """The detections with their context as evidence, scored by all of it; best first."""
        words = single_words(photo.features.get("words"))
        quads = np.array([detection.quad for detection in detections], np.float32)
        sizes = self._views.sizes[[detection.view for detection in detections]]
        measured = context.measure_context(
            quads.reshape(-1, 4, 2), sizes, photo.size, _boxes_of(words)
        )
        every = [
            (*detection.evidence, self._piece(detection, measures, words))
            for detection, measures in zip(detections, measured, strict=True)
        ]
        alone = [detection.evidence_log_odds for detection in detections]
        scores = self._scorer.in_context(alone, every)
        found = [
            replace(detection, evidence=evidence, log_odds=score)
            for detection, evidence, score in zip(detections, every, scores, strict=True)
        ]
        return sorted(found, key=lambda detection: -detection.log_odds)

    def _piece(self, detection: Detection, measures: Measures, words: WordTable | None) -> Evidence:
        """The context of a detection as evidence."""
        reads_as = self._reads_as(detection, words)
        whole = replace(measures, reads_as=reads_as, marks=self._marks)
        return Evidence(context.NAME, int(self._views.ids[detection.view]), whole, detection.pose)

    def _reads_as(self, detection: Detection, words: WordTable | None) -> float:
        """How similar the clear words in an outline are to those of its mark; NaN without words."""
        if words is None or self._words is None:
            return float("nan")
        inside = geometry.contains(detection.quad, words.frames[:, :2])
        clear = np.flatnonzero(inside & (words.confidences >= CLEAR_CONFIDENCE)).tolist()
        return self._words.similarity(detection.mark, [words.letters(row) for row in clear])


def single_words(read: Features | None) -> WordTable | None:
    """The single words of the runs of words that were read in a photo; None without any."""
    if read is None or not len(read):
        return None
    texts = unpacked(read).texts
    rows = [row for row, text in enumerate(texts) if " " not in text]
    single = Features(read.frames[rows], read.descriptors[rows], read.labels[rows])
    return unpacked(single) if rows else None


def _boxes_of(words: WordTable | None) -> PhotoWords:
    if words is None:
        none: Floats = np.zeros(0, np.float32)
        return PhotoWords(np.zeros((0, 4), np.float32), none, np.zeros(0, np.int64))
    counts = np.array([len(letters(text)) for text in words.texts], np.int64)
    return PhotoWords(words.frames, words.widths, counts)
