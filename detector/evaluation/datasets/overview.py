"""What a dataset holds at a glance: how many photos and labels are used, and why others are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from detector.errors import DatasetError
from detector.evaluation.datasets.reasons import HARMLESS, REMEDIES, kind_of
from detector.evaluation.records import Dataset, Unusable

EXAMPLES = 3
Json = dict[str, Any]


def overview_of(dataset: Dataset, marks: Iterable[str]) -> Json:
    """Count what is read of a dataset, and list by reason what is not; ready for JSON.

    `marks` are the ids of the index. Copies of a photo are left out and counted as `duplicates`.
    """
    labels = [truth for photo in dataset.photos for truth in photo.truths]
    shown = {truth.mark for truth in labels}
    marked = sum(bool(photo.truths) for photo in dataset.photos)
    out = {line.place for line in dataset.left_out}
    return {
        "photos": {
            "read": len(dataset.photos) + len(out - {str(one.path) for one in dataset.photos}),
            "labelled": marked,
            "clean": len(dataset.photos) - marked,
            "left_out": len(out),
            "duplicates": sum(
                kind_of(line.reason) == "duplicate image" for line in dataset.left_out
            ),
        },
        "labels": {
            "used": len(labels),
            "without_place": sum(truth.box is None for truth in labels),
            "not_counted": sum(len(photo.ignored) for photo in dataset.photos),
            "not_used": len(dataset.unusable),
        },
        "left_out": _by_reason(dataset.left_out),
        "not_used": _by_reason(dataset.unusable),
        "marks_without_photos": [mark for mark in marks if mark not in shown],
        "notes": [*dataset.notes],
    }


def check_complete(dataset: Dataset) -> None:
    """Raise `DatasetError` where a photo or a label was left out; an extra column is none."""
    lines = [line for line in dataset.unusable if kind_of(line.reason) not in HARMLESS]
    if lines or dataset.left_out:
        first = [*dataset.left_out, *lines][0]
        raise DatasetError(
            f"{len(dataset.left_out)} photos and {len(lines)} labels or lines are not used; "
            f"first: {first.place}: {first.reason}",
            place=dataset.name,
            remedy="Mend them, or measure without --strict.",
        )


def _by_reason(lines: Sequence[Unusable]) -> list[Json]:
    """Each kind of reason with its count, some examples and the remedy, the most frequent first."""
    kinds: dict[str, list[Unusable]] = {}
    for line in lines:
        kinds.setdefault(kind_of(line.reason), []).append(line)
    return [
        {
            "reason": kind,
            "count": len(found),
            "examples": [_example(line) for line in found[:EXAMPLES]],
            "remedy": REMEDIES.get(kind, ""),
        }
        for kind, found in sorted(kinds.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _example(line: Unusable) -> Mapping[str, str]:
    return {"place": Path(line.place).name, "reason": line.reason}
