"""Distractors: marks that no labelled photo shows, added to the index in growing numbers.

With many marks in the index a photo has more chances of a false alarm, and a right mark has more
rivals. The distractors are in a seeded order, so that a larger index has all marks of a smaller
one; each is described once, and an index that is there is used again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from detector.errors import UsageError
from detector.evaluation.datasets.names import fold
from detector.index.lock import LOCK
from detector.index.manifest import MANIFEST, STAGING
from detector.index.store import ReferenceIndex, remove
from detector.jobs.run_identity import code_digest
from detector.marks.registry import MarkSource, load_marks
from detector.pipeline.import_marks import import_marks, stored_with
from detector.records import Mark
from detector.settings import Settings

BATCH = 500  # marks that are imported at once: a killed run loses no more

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Distractors:
    """Distractors in a seeded order, and the ids of marks that the index has and so are none."""

    sources: tuple[MarkSource, ...] = ()
    left_out: tuple[str, ...] = ()

    def counts(self, wanted: Iterable[int] = ()) -> list[int]:
        """The numbers of distractors to measure with, rising, from 0; by default none and all.

        Raises `UsageError` for more than there are.
        """
        counts = sorted({0, *(wanted or (len(self.sources),))})
        if counts[-1] > len(self.sources):
            raise UsageError(
                f"there are only {len(self.sources)} distractors, {counts[-1]} are wanted",
                remedy="Give more sources, or smaller numbers.",
            )
        return counts


def load_distractors(places: Iterable[Path], known: Iterable[Mark], seed: int) -> Distractors:
    """Load distractors from sources of marks, and shuffle them by the seed.

    The order of two marks depends on their ids and the seed alone, so that one more or one less
    moves no other. A mark with the id or the name of one that is `known` is left out. Raises
    `MarkError`.
    """

    def order(source: MarkSource) -> bytes:
        return sha256(f"{seed} {source.mark.id}".encode()).digest()

    names = {fold(name) for mark in known for name in (mark.id, mark.name)}
    sources, same = list[MarkSource](), list[str]()
    for source in sorted(load_marks(places), key=order):
        if names & {fold(source.mark.id), fold(source.mark.name)}:
            same.append(source.mark.id)
        else:
            sources.append(source)
    return Distractors(tuple(sources), tuple(same))


def indexes_beside(
    base: Path,
    distractors: Distractors,
    counts: Iterable[int],
    folder: Path,
    *,
    settings: Settings,
    progress: Progress = lambda *_: None,
) -> Iterator[tuple[int, Path]]:
    """Yield each of the rising `counts` with an index of the base's marks and so many distractors.

    The indexes are made in `folder`, each from the one before, so that no mark is described twice,
    and are used again only by the same version with the same settings; `base` is never changed.
    Raises what `import_marks` does.
    """
    with ReferenceIndex.open(base) as index:
        ids, generation = {mark.id for mark in index.marks}, index.generation
        settings = _settings_of(index, settings)
    made_with = f"{generation[:12]}-{_made_with(settings)}"
    last = base
    for count in counts:
        if count:
            sources = distractors.sources[:count]
            target = folder / f"{made_with}-{count}"
            if not (target / MANIFEST).exists():
                _copy_index(last, target)
            _keep_only(target, ids | {source.mark.id for source in sources})
            _import(target, sources, settings, progress)
            last = target
        yield count, last


def _made_with(settings: Settings) -> str:
    """Digest what features depend on besides pictures: another version makes indexes of its own."""
    text = json.dumps([asdict(settings), version("detector"), code_digest()], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:12]


def _import(
    folder: Path, sources: Sequence[MarkSource], settings: Settings, progress: Progress
) -> None:
    for start in range(0, len(sources), BATCH):
        batch = sources[start : start + BATCH]
        import_marks(folder, batch, settings, partial(_advance, progress, start, len(sources)))


def _advance(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _keep_only(folder: Path, wanted: set[str]) -> None:
    """Remove the marks of another seed or other sources."""
    with ReferenceIndex.open(folder) as index:
        others = [mark.id for mark in index.marks if mark.id not in wanted]
    if others:
        remove(folder, others)


def _copy_index(source: Path, target: Path) -> None:
    """Copy an index, as links where the disk can: files of an index are never changed in place."""
    fresh = target.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    ignored = shutil.ignore_patterns(LOCK, STAGING, f"{MANIFEST}.*")
    shutil.copytree(source, fresh, ignore=ignored, copy_function=_link)
    fresh.rename(target)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _settings_of(index: ReferenceIndex, settings: Settings) -> Settings:
    """The settings with which an index was described: words may have been read then or not."""
    for read in (settings.words.read, not settings.words.read):
        tried = replace(settings, words=replace(settings.words, read=read))
        if stored_with(tried) == index.settings:
            return tried
    return settings
