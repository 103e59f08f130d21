"""Pairs that the detector itself proposes: what misleads it, and the right marks as it finds them.

An index of some marks of the pool is searched in photos of these and of other marks, in photos
without a mark and in drawn graphics. Each candidate is a pair, under the pose that was refined.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from detector import geometry
from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detections import Detection
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Floats, Picture, Pixels
from detector.settings import settings_for_words
from detector.verification.second_look import photo_picture
from training.grounds import Grounds
from training.second_look.pairs import Pairs, PairsMaker, Rows
from training.second_look.pictures import MOST, photo_of, recoloured, reference
from training.second_look.pool import MarkPool

MARKS = 500  # of the pool, in the index
SHOWN = 0.6  # share of the marks in photos that the index has
KEPT = 20  # candidates of a photo without their mark that are kept, those most likely first
FOUND = 0.5  # IoU from which a candidate is at the place of the mark
MISSED = 0.2  # IoU below which it is not


def make_index(pool: MarkPool, folder: Path, seed: int) -> Rows:
    """An index of some marks of the pool in `folder`; their numbers, which are also their ids."""
    numbers = np.sort(np.random.default_rng(seed).choice(pool.learned(), MARKS, replace=False))
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    with (pictures / "marks.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "name", "kind", "image"])
        for number in numbers.tolist():
            Image.fromarray(reference(pool[number].picture)).save(pictures / f"{number}.png")
            rows.writerow([number, number, "logo", f"{number}.png"])
    import_marks(folder / "index", load_marks([pictures / "marks.csv"]), settings_for_words(False))
    return numbers


class Miner:
    """Searches photos for the marks of an index. Lifetime: a process that mines."""

    def __init__(self, pool: MarkPool, index: Path, photos: Sequence[Path]) -> None:
        self._pool, self._photos = pool, photos
        self._detector = Detector.open(index, settings=settings_for_words(False))
        self._numbers = np.array([int(mark.id) for mark in self._detector.index.marks])
        self._grounds = Grounds(photos)

    def drawn(self, number: int, seed: int) -> Pairs:
        """The pairs of a photo of marks; it depends on the seed and the number alone."""
        random = np.random.default_rng([seed, number, 53])
        among = [
            self._numbers if random.random() < SHOWN else self._pool.learned()
            for _ in range(int(random.integers(1, MOST + 1)))
        ]
        shown = [int(random.choice(numbers)) for numbers in among]
        marks = [recoloured(random, self._pool[one]) for one in shown]
        pixels, quads = photo_of(random, self._grounds, marks)
        return self._pairs(pixels, shown, quads)

    def empty(self, path: Path) -> Pairs:
        """The pairs of a photo or a graphic that shows no mark."""
        return self._pairs(read_picture(path).pictures[0].pixels, [], [])

    def _pairs(self, pixels: Pixels, shown: Sequence[int], quads: Sequence[Floats]) -> Pairs:
        maker, index = PairsMaker(), self._detector.index
        photo, others = geometry.pyramid(pixels), 0
        found = sorted(
            self._detector.detections(Picture(pixels)), key=lambda one: -one.evidence_log_odds
        )
        for detection in found:
            same = self._is_same(detection, shown, quads)
            others += same is False
            if same is None or (not same and others > KEPT):
                continue
            view = index.view(detection.view).pixels
            size = view.shape[1], view.shape[0]
            seen = photo_picture(photo, size, detection.pose)
            maker.add(seen, detection.view, view, same=same)
        return maker.pairs()

    def _is_same(
        self, detection: Detection, shown: Sequence[int], quads: Sequence[Floats]
    ) -> bool | None:
        """Whether a candidate is of a mark that its place shows; None where that is not clear."""
        number = int(self._numbers[detection.mark])
        overlaps = [geometry.quad_iou(detection.quad, quad) for quad in quads]
        own = [over for one, over in zip(shown, overlaps, strict=True) if one == number]
        if detection.part != "whole":  # a part lies inside the outline of its mark
            return None if own else self._none_alike(number, shown)
        if own and max(own) > FOUND:
            return True
        if own and max(own) > MISSED:
            return None
        return self._none_alike(number, [one for one in shown if one != number])

    def _none_alike(self, number: int, shown: Sequence[int]) -> bool | None:
        differ = self._pool.differ(number, np.array(shown, np.int64)) if shown else np.ones(1, bool)
        return False if differ.all() else None
