"""Where marks that are in a photo were lost: at which gate of the search, counted and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from detector.evaluation.negatives import share
from detector.evaluation.run_searches import Searched
from detector.pipeline.explanation import Gate

UNEXAMINED = "not examined"  # the photo could not be read, or the process died on it
GATES: tuple[str, ...] = (UNEXAMINED, *get_args(Gate))
CHECKED = ("suppressed", "below the threshold", "found")  # gates behind the check of a pose

Json = dict[str, Any]


def lost_marks(searches: Sequence[Searched], names: Mapping[Path, str]) -> Json:
    """Count the marks in all photos by the gate that stopped them, and list those not found first.

    `checked` is the share of which some pose was verified. `counts` has every gate; the last,
    `found`, is none. `outscored` are those found while a mark that is not in the photo scores as
    high. `lost` lists what was not found and what was outscored, photo by photo.
    """
    rows = [row for searched in searches for row in _rows(searched, names)]
    counts = Counter(row["gate"] for row in rows)
    found = [row for row in rows if row["gate"] == "found"]
    return {
        "marks": len(rows),
        "checked": share(row["gate"] in CHECKED for row in rows),
        "counts": {gate: counts[gate] for gate in GATES},
        "outscored": sum(row["outscored"] for row in found),
        "lost": [row for row in rows if row["gate"] != "found" or row["outscored"]],
    }


def _rows(searched: Searched, names: Mapping[Path, str]) -> Iterator[Json]:
    """Yield each mark of a photo with the gate, and whether a wrong mark scores as high."""
    outcome = searched.outcome
    shown = sorted({truth.mark for truth in outcome.photo.truths})
    told = {str(gate["mark"]): gate for gate in searched.gates}
    scores = {answer.mark: answer.score for answer in outcome.answers}
    wrong = max((score for mark, score in scores.items() if mark not in shown), default=None)
    for mark in shown:
        outscored = wrong is not None and scores.get(mark, -float("inf")) <= wrong
        gate = told.get(mark, {"mark": mark, "gate": UNEXAMINED})
        yield {"path": names[outcome.photo.path], **gate, "outscored": outscored}
