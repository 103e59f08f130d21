"""Marks for Meta's python-threatexchange (since 1.2.17): a classifier and a signal type.

    threatexchange config extensions add detector.integrations.threatexchange

The index is the folder that the environment names as DETECTOR_INDEX, "index" otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from detector.errors import MissingExtra, UsageError
from detector.pictures.worker import ReadWorker
from detector.pipeline.detector import Detector
from detector.records import Finding
from detector.scoring.policy import Policy

try:
    from threatexchange.classifier.classifier import (
        ClassificationInfo,
        ClassificationResult,
        Classifier,
    )
    from threatexchange.content_type.content_base import ContentType
    from threatexchange.content_type.photo import PhotoContent
    from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
    from threatexchange.signal_type.index import (
        IndexMatch,
        IndexMatchUntyped,
        SignalSimilarityInfoWithSingleDistance,
    )
    from threatexchange.signal_type.signal_base import (
        FileHasher,
        SignalComparisonResult,
        SignalType,
        TrivialLinearSearchHashIndex,
    )
except ImportError as error:
    raise MissingExtra("threatexchange", "threatexchange") from error

INDEX_VARIABLE = "DETECTOR_INDEX"
_FARTHEST = 1000  # distances are thousandths of one minus the score


@dataclass
class MarkInfo(ClassificationInfo):
    """How sure it is that a photo shows a mark, 0..1; it matches from the policy's review on."""

    score: float = 0.0
    verdict: str = ""

    def weight_str(self) -> str:
        """The score, with two digits."""
        return f"{self.score:.2f}"


class MarkClassifier(Classifier):
    """Labels photos with the ids of the marks that they show. Keeps an index open."""

    def __init__(self, index: Path, policy: Policy | None = None) -> None:
        """Raises `ReferenceIndexError` where the index cannot be opened."""
        self._detector = Detector.open(index)
        self._policy = policy or Policy()

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        """Photos."""
        return [PhotoContent]

    @classmethod
    def get_with_default_settings(cls) -> Self:
        """The classifier with the index that the environment names."""
        return cls(default_index())

    def classify(
        self, content_type: type[ContentType], content_val: str
    ) -> ClassificationResult[MarkInfo]:
        """Classify the photo in the file `content_val`. A label stands for each mark considered.

        Raises `UsageError` for other content, and for a photo that could not be examined: it must
        not look like one that shows nothing.
        """
        if content_type is not PhotoContent:
            raise UsageError(f"{content_type.get_name()} is no photo")
        labels = dict[str, MarkInfo]()
        for finding in self.findings(Path(content_val)):
            matches = finding.actionable and finding.score >= self._policy.review
            known = labels.get(finding.mark)
            if known is None or (matches, finding.score) > (known.is_match, known.score):
                labels[finding.mark] = MarkInfo(matches, finding.score, finding.verdict)
        return ClassificationResult(labels)

    def findings(self, photo: Path) -> Sequence[Finding]:
        """What the photo in a file shows. Raises `UsageError` where it could not be examined."""
        with ReadWorker() as reader:  # what it does to a decoder harms a process of its own
            listing = self._detector.inspect(reader.read(photo))
        if listing.status != "ok" and not listing.findings:
            raise UsageError(listing.message or listing.status, place=str(photo))
        return listing.findings


class MarkIndex(TrivialLinearSearchHashIndex[Any]):
    """Ids of marks, for which the signals of photos are searched."""

    def query(self, query_hash: str) -> list[IndexMatch[Any]]:
        """The entries whose mark a photo shows, or whose id was asked for."""
        return [
            IndexMatchUntyped(found.distance, entry)
            for signal, entry in self.state
            if (found := MarkSignal.compare_hash(signal, query_hash)).match
        ]


class MarkSignal(SignalType, FileHasher):
    """Marks in photos as signals: exchanges list ids of marks, a photo's hash has those it shows.

    The hash of a photo is `MARK:DISTANCE` for each mark that it shows, the nearest first, with one
    minus the score in thousandths; it is empty for a photo that shows none.
    """

    @classmethod
    def get_name(cls) -> str:
        """The name on the command line and in exchanges."""
        return "detector_mark"

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        """Photos."""
        return [PhotoContent]

    @classmethod
    def get_index_cls(cls) -> type[MarkIndex]:
        """A list that is searched from end to end: there are far fewer marks than photos."""
        return MarkIndex

    @classmethod
    def hash_from_file(cls, file: Path) -> str:
        """The marks that a photo shows. Raises `UsageError` where it could not be examined."""
        labels = _default_classifier(str(default_index())).classify(PhotoContent, str(file)).labels
        shown = {mark: info.score for mark, info in labels.items() if info.is_match}
        nearest = sorted(shown, key=lambda mark: (-shown[mark], mark))
        return " ".join(f"{mark}:{round((1 - shown[mark]) * _FARTHEST)}" for mark in nearest)

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str) -> SignalComparisonResult:
        """Whether the marks of both have one in common, and how near that is."""
        first, second = _distances(hash1), _distances(hash2)
        common = [max(first[mark], second[mark]) for mark in first.keys() & second.keys()]
        nearest = SignalSimilarityInfoWithSingleDistance(min(common, default=_FARTHEST))
        return SignalComparisonResult(bool(common), nearest)

    @staticmethod
    def get_examples() -> list[str]:
        """Two signals as an exchange and as a photo has them."""
        return ["acme-logo", "acme-logo:3 vornak:120"]


def default_index() -> Path:
    """The folder of the index that the environment names."""
    return Path(os.environ.get(INDEX_VARIABLE, "index"))


@lru_cache(maxsize=1)
def _default_classifier(index: str) -> MarkClassifier:
    """Kept for the process: the interface of signal types has classes alone, which hold nothing."""
    return MarkClassifier(Path(index))


def _distances(signal: str) -> dict[str, int]:
    """The marks of a signal with their distances; an id alone is at 0."""
    distances = dict[str, int]()
    for part in signal.split():
        mark, colon, distance = part.rpartition(":")
        if colon and distance.isdecimal():
            distances[mark] = int(distance)
        else:
            distances[part] = 0
    return distances


TX_MANIFEST = ThreatExchangeExtensionManifest(signal_types=(MarkSignal,))
"""What the `threatexchange` command loads; its manifest has no place for classifiers."""
