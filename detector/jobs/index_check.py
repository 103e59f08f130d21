"""Whether a run can go on with its reference index, asked when a worker has failed.

A worker that cannot use the index only ends. The parent does not take its word for the reason, as a
hostile photo may have taken it over, but looks itself.
"""

from __future__ import annotations

from pathlib import Path

from detector.errors import IndexDamaged, IndexReplaced
from detector.index.store import ReferenceIndex, verify


def check_index(folder: Path, generation: str, *, thorough: bool = False) -> None:
    """Raise the `ReferenceIndexError` because of which a run cannot go on, if there is one.

    `generation` is the state of the index with which the run began. `thorough` reads every byte of
    the index, which takes as long as `detector index verify`.
    """
    with ReferenceIndex.open(folder) as index:
        if index.generation != generation:
            raise IndexReplaced(place=str(folder))
        if thorough:
            list(index.marks)  # a record of a newer version is an error of its own kind
    problems = verify(folder) if thorough else []
    if problems:
        raise IndexDamaged(
            f"it is damaged: {problems[0]}",
            place=str(folder),
            remedy="Import the marks again into an empty folder, then scan again.",
        )
