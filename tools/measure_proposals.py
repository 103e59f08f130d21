"""How often the right mark is proposed where it is: `python tools/measure_proposals.py --data DIR`.

What no channel proposes at its place, no check and no scorer can find. Prints, for the labelled
development photos beside distractor marks, the share of photos in which each channel, and any of
them within its candidate budget, proposes the right mark at a labelled box.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

import numpy as np
from development_photos import data_folder, in_processes, index_of, labels_of

from detector import geometry
from detector.pictures.reader import read_picture
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.detector import Detector
from detector.records import Proposal
from detector.settings import settings_for_words

AT_PLACE = 0.3  # IoU of the boxes of a proposal and of a label from which they are one place
WITHIN_BUDGETS = "within the budgets"
ANYWHERE = "within the budgets, anywhere"

Box = tuple[float, ...]
Labelled = tuple[Path, str, tuple[Box, ...]]
"""A photo, the mark that it shows in lower case, and boxes x0 y0 x1 y1 of it in photo pixels."""


def main() -> None:
    """Search and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--distractors", type=Path, required=True, help="a source of marks")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    data = data_folder(options.data)
    labelled = {
        path: (path, mark, boxes_of(boxes)) for path, mark, boxes in labels_of(data, "logos")
    }
    paths = list(labelled)[:: options.step]
    with index_of(data / "logos" / "references", options.distractors) as index:
        work = partial(_proposed, labelled=labelled, index=index)
        found = in_processes(work, paths, options.jobs)
    print(f"{len(paths)} photos")
    for name in sorted({name for one in found for name in one}):
        print(f"  {name}: {np.mean([name in one for one in found]):.3f}")


def boxes_of(text: str) -> tuple[Box, ...]:
    """The boxes of a row of labels.csv, "x0 y0 x1 y1;..."."""
    return tuple(tuple(map(float, box.split())) for box in text.split(";") if box.strip())


def _proposed(path: Path, labelled: dict[Path, Labelled], index: Path) -> set[str]:
    """The channels that propose the right mark at its place, and whether the budgets keep it."""
    _, mark, boxes = labelled[path]
    detector = _detector(index)
    candidates = detector.candidates
    photo = candidates.describe(read_picture(path).pictures[0])
    proposals = candidates.propose(photo, (), lambda _, error: _raise(error))
    (row,) = (n for n, one in enumerate(detector.index.marks) if one.id.lower() == mark)
    names = {name for name, own in proposals.items() if _is_there(detector, own, row, photo, boxes)}
    selected = list(candidates.select(proposals, photo.size))
    if any(candidates.views.marks[one.view] == row for one in selected):
        names.add(ANYWHERE)
    if _is_there(detector, selected, row, photo, boxes):
        names.add(WITHIN_BUDGETS)
    return names


def _is_there(
    detector: Detector,
    proposals: Iterable[Proposal],
    row: int,
    photo: DescribedPhoto,
    boxes: Iterable[Box],
) -> bool:
    """Whether a plausible proposal of a mark lies at one of the boxes."""
    candidates = detector.candidates
    own = (one for one in proposals if candidates.views.marks[one.view] == row)
    outlines = (candidates.outline_of(one, photo.size) for one in own)
    places = [geometry.box_of(quad, photo.size) for quad in outlines if quad is not None]
    return any(geometry.box_iou(place, box) > AT_PLACE for place in places for box in boxes)


def _raise(error: Exception) -> None:
    raise error


@cache
def _detector(index: Path) -> Detector:
    import cv2

    cv2.setNumThreads(1)
    return Detector.open(index, settings=settings_for_words(True))


if __name__ == "__main__":
    main()
