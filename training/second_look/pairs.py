"""Pairs of a photo under a pose and a mark, and whether the photo shows that sign there.

Drawn pairs know what they show. A wrong mark is one that resembles the right one, nothing at all,
or letters that a longer word goes on beyond (`letters`). Mined pairs are in `mining`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry
from detector.records import Floats, Matrix, Pixels
from detector.verification.second_look import SIDE, mark_picture, photo_picture
from training.grounds import Grounds
from training.lettering import Random
from training.second_look.letters import box_of, outline_of, spelt
from training.second_look.pictures import MOST, Mark, nearly, photo_of, recoloured, reference
from training.second_look.pool import MarkPool

SCENES = 40  # of a shard
SPELT = 0.25  # share of the scenes that show letters alone or in a word
RESEMBLING = 2  # wrong marks at the place of each that is shown
APART = 0.25  # IoU with a shown mark below which a place does not show it

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """N pairs.

    Attributes:
        photos: (N, SIDE, SIDE, 3) photos under poses.
        marks: (M, SIDE, SIDE, 3) pictures of marks.
        mark: (N,) rows of `marks`.
        same: (N,) whether a photo shows its mark.

    """

    photos: Pixels
    marks: Pixels
    mark: NDArray[np.int64]
    same: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.same)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The pairs of all parts."""
        starts = np.cumsum([0, *(len(part.marks) for part in parts)])
        return cls(
            np.concatenate([part.photos for part in parts]),
            np.concatenate([part.marks for part in parts]),
            np.concatenate([part.mark + at for part, at in zip(parts, starts, strict=False)]),
            np.concatenate([part.same for part in parts]),
        )

    def save(self, path: Path) -> None:
        """Write them to a file."""
        np.savez(
            path, allow_pickle=False,
            photos=self.photos, marks=self.marks, mark=self.mark, same=self.same,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read them from a file."""
        with np.load(path) as table:
            return cls(table["photos"], table["marks"], table["mark"], table["same"])


class PairsMaker:
    """Collects pairs one by one. Lifetime: a shard."""

    def __init__(self) -> None:
        self._photos: list[Pixels] = []
        self._marks: list[Pixels] = []
        self._rows: list[int] = []
        self._same: list[bool] = []
        self._known: dict[int | str, int] = {}

    def add(self, seen: Pixels, key: int | str, mark: Pixels, *, same: bool) -> None:
        """A photo as the network sees it, and a mark (H, W, 3); those with one key are one."""
        if key not in self._known:
            self._known[key] = len(self._marks)
            self._marks.append(mark_picture(mark))
        self._photos.append(seen)
        self._rows.append(self._known[key])
        self._same.append(same)

    def add_at(
        self, photo: geometry.Pyramid, quad: Floats, key: int | str, mark: Pixels, *, same: bool
    ) -> None:
        """A mark (H, W, 3) at an outline (4, 2) of a photo."""
        size = mark.shape[1], mark.shape[0]
        self.add(photo_picture(photo, size, pose_to(quad, size)), key, mark, same=same)

    def pairs(self) -> Pairs:
        """All of them."""
        none = np.zeros((0, SIDE, SIDE, 3), np.uint8)
        photos, marks = (np.array(each or none, np.uint8) for each in (self._photos, self._marks))
        return Pairs(photos, marks, np.array(self._rows, np.int64), np.array(self._same, bool))


def pose_to(quad: Floats, size: geometry.Size) -> Matrix:
    """The pose (3, 3) that lays a view of this (width, height) onto an outline (4, 2)."""
    corners = outline_of((0, 0, *size))
    return np.asarray(cv2.getPerspectiveTransform(corners, quad.astype(np.float32)), np.float64)


class Drawing:
    """What pairs are drawn from. Lifetime: a process that draws."""

    def __init__(self, pool: MarkPool, fonts: Sequence[Path], photos: Sequence[Path]) -> None:
        self._pool, self._fonts, self._grounds = pool, fonts, Grounds(photos)

    def shard(self, number: int, seed: int, *, held_out: bool = False) -> Pairs:
        """Some pairs; they depend on the seed and the number alone."""
        random = np.random.default_rng([seed, number, held_out])
        marks, maker = self._pool.learned(held_out=held_out), PairsMaker()
        for scene in range(SCENES):
            if random.random() < SPELT:
                self._add_letters(random, f"{number} {scene}", maker)
            else:
                self._add_scene(random, marks, maker)
        return maker.pairs()

    def _add_scene(self, random: Random, marks: Rows, maker: PairsMaker) -> None:
        """A photo of some marks: each with itself, with some that resemble it, and elsewhere."""
        shown = random.choice(marks, int(random.integers(1, MOST + 1))).tolist()
        drawn = [recoloured(random, self._pool[one]) for one in shown]
        pixels, quads = photo_of(random, self._grounds, drawn)
        photo = geometry.pyramid(pixels)
        for number, (one, quad) in enumerate(zip(shown, quads, strict=True)):
            if any(geometry.quad_iou(quad, later) > 0 for later in quads[number + 1 :]):
                continue  # hidden by what was laid on it
            self._add(maker, photo, nearly(random, quad), one, same=True)
            for _ in range(RESEMBLING):
                other = self._pool.resembling(random, one, marks)
                self._add(maker, photo, nearly(random, quad), other, same=False)
            away = quad + random.uniform(-0.7, 0.7, 2) * np.ptp(quad, axis=0)
            if all(geometry.quad_iou(away, other) < APART for other in quads):
                self._add(maker, photo, away.astype(np.float32), one, same=False)

    def _add_letters(self, random: Random, name: str, maker: PairsMaker) -> None:
        """A photo of letters that are a mark, alone or inside a longer word."""
        word, mark, box, alone = spelt(random, self._fonts)
        drawn = recoloured(random, Mark(word, plain=True))
        pixels, quads = photo_of(random, self._grounds, [drawn])
        pose = cv2.getPerspectiveTransform(outline_of(box_of(word[..., 3])), quads[0])
        place = cv2.perspectiveTransform(outline_of(box)[None], pose)[0]
        photo = geometry.pyramid(pixels)
        maker.add_at(photo, nearly(random, place), name, reference(mark), same=alone)

    def _add(
        self, maker: PairsMaker, photo: geometry.Pyramid, quad: Floats, one: int, *, same: bool
    ) -> None:
        maker.add_at(photo, quad, one, reference(self._pool[one].picture), same=same)
