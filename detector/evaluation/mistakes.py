"""The mistakes of a benchmark: what the detector saw in the photos that it judged wrongly.

Every mistake is shown with the pictures that the report shows of a finding: the mark at its best
place in the photo, however low it scored, and what was found instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from detector.pictures.worker import ReadWorker
from detector.pipeline.detections import Detection
from detector.pipeline.detector import Detector
from detector.pipeline.suppression import best_per_mark
from detector.records import Reading
from detector.report.cards import FindingCard
from detector.report.finding_images import PHOTO_SIDE, EmbeddedImage, embed_image, make_proof

Fault = Literal["miss", "alarm"]
MOST = 20
"""Mistakes of each fault with pictures; those after them are only named. Bounds the page."""


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """One photo that was judged wrongly, and what is to be seen there.

    `mark` is the mark that was missed, or raised the alarm; its exhibit, if it has one, comes
    first, then what was found instead. `photo` is the picture they were seen in, `width`, `height`
    the frame of their outlines. `words` say what cannot be shown, and why.
    """

    fault: Fault
    path: str
    mark: str
    score: float | None
    photo: EmbeddedImage | None = None
    width: int = 0
    height: int = 0
    exhibits: tuple[FindingCard, ...] = ()
    words: str = ""


def exhibits(
    detector: Detector, misses: Iterable[Mapping[str, Any]], alarms: Iterable[Mapping[str, Any]]
) -> Iterator[Mistake]:
    """The first `MOST` misses and `MOST` alarms of a result, with proof, one after the other.

    Scores play no part in what is looked at: neither the detector's threshold nor a surer rival
    at the same place hides the mark in question. Photos are read in a process of their own that may
    be killed; one that cannot be read, or crashes the decoder, is told in words.
    """
    faults: tuple[tuple[Fault, Iterable[Mapping[str, Any]]], ...]
    faults = ("miss", misses), ("alarm", alarms)
    with ReadWorker() as reader:
        for fault, entries in faults:
            for entry in list(entries)[:MOST]:
                bare = Mistake(fault, str(entry["path"]), str(entry["mark"]), entry.get("score"))
                yield _seen(detector, bare, reader.read(bare.path))


def _seen(detector: Detector, bare: Mistake, reading: Reading) -> Mistake:
    if not reading.pictures:
        return replace(bare, words=reading.message or "The photo can no longer be read.")
    best = _best(detector, reading)
    wanted = best.get(bare.mark)
    shown = [wanted] if wanted else []
    if bare.fault == "miss":
        shown += [found for mark, found in best.items() if mark != bare.mark][:1]
    picture = shown[0].picture if shown else reading.pictures[0]
    height, width = picture.pixels.shape[:2]
    proofs = (_exhibit(detector, number, found) for number, found in enumerate(shown, 1))
    return replace(
        bare,
        photo=embed_image(picture.pixels, PHOTO_SIDE, quality=72),
        width=width,
        height=height,
        exhibits=tuple(proofs),
        words="" if wanted else _absence(detector, bare.mark),
    )


def _best(detector: Detector, reading: Reading) -> dict[str, Detection]:
    """The best place of every mark that was verified in a photo, best first."""
    detections = [found for picture in reading.pictures for found in detector.detections(picture)]
    return {detector.index.marks[found.mark].id: found for found in best_per_mark(detections)}


def _absence(detector: Detector, mark: str) -> str:
    if any(mark == known.id for known in detector.index.marks):
        return "No channel proposed a place for this mark in the photo."
    return "This mark is not in the reference index."


def _exhibit(detector: Detector, number: int, detection: Detection) -> FindingCard:
    finding, pixels = detector.finding(detection), detection.picture.pixels
    return FindingCard(number, finding, make_proof(pixels, finding, detector.index.view_by_id))
