"""Makes all pairs of a training in other processes and keeps them in files, shard by shard.

A training that was killed goes on with the shards that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from training.lettering import font_files
from training.second_look.mining import Miner
from training.second_look.pairs import Drawing, Pairs
from training.second_look.pool import MarkPool

SHARD = 25  # photos of a mined shard
HELD_OUT = 10  # one mined shard in so many is held out
DRAWN, UNSEEN, MINED, EMPTY = "drawn", "unseen", "mined", "empty"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where pairs come from, for processes that make them; hashable.

    Attributes:
        marks: folder of the drawn marks.
        packages: the folder node_modules, for type faces.
        index: the index in which photos are searched.
        photos: photos without a mark: grounds, and searched themselves.
        empty: these and drawn graphics, in which every candidate is another sign.
        seed: of everything that is drawn.

    """

    marks: Path
    packages: Path
    index: Path
    photos: tuple[Path, ...]
    empty: tuple[Path, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Shard:
    """Pairs to make: their kind and number."""

    kind: str
    number: int

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}_{self.number:04}.npz"

    @property
    def held_out(self) -> bool:
        """Whether it is measured on, not learned."""
        return self.kind == UNSEEN or (self.kind != DRAWN and self.number % HELD_OUT == 0)


def make_shards(
    shards: Sequence[Shard], sources: Sources, folder: Path, jobs: int
) -> Iterator[Shard]:
    """Make the shards that `folder` lacks; yields each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [shard for shard in shards if not (folder / shard.name).is_file()]
    # Fresh processes: a fork would inherit locks of the thread pools of numpy and OpenCV.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for shard, _ in zip(
            missing,
            pool.map(_make, missing, [sources] * len(missing), [folder] * len(missing)),
            strict=True,
        ):
            yield shard


def _make(shard: Shard, sources: Sources, folder: Path) -> None:
    pairs, path = _pairs(shard, sources), folder / shard.name
    unfinished = path.with_suffix(".part.npz")
    pairs.save(unfinished)
    unfinished.rename(path)


def _pairs(shard: Shard, sources: Sources) -> Pairs:
    if shard.kind in (DRAWN, UNSEEN):
        drawing = _drawing(sources)
        return drawing.shard(shard.number, sources.seed, held_out=shard.held_out)
    miner = _miner(sources)
    numbers = range(shard.number * SHARD, (shard.number + 1) * SHARD)
    if shard.kind == MINED:
        return Pairs.joined([miner.drawn(number, sources.seed) for number in numbers])
    return Pairs.joined([miner.empty(path) for path in sources.empty[numbers.start : numbers.stop]])


@cache
def _drawing(sources: Sources) -> Drawing:
    _one_thread()
    fonts = font_files(sources.packages)
    return Drawing(MarkPool.opened(sources.marks), fonts, sources.photos)


@cache
def _miner(sources: Sources) -> Miner:
    _one_thread()
    return Miner(MarkPool.opened(sources.marks), sources.index, sources.photos)


def _one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)
