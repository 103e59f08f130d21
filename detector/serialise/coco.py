"""Findings as a COCO dataset: outlines of marks that annotation tools open.

Source of the format: https://cocodataset.org/#format-data (object detection).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from detector.records import Finding, Floats, Listing
from detector.serialise.encode import Json


def coco_value(listings: Iterable[Listing]) -> Json:
    """Convert the findings of photos to a COCO object; what was not read has no picture in it.

    A mark is a category, named by its id; the outline of a finding is its segmentation. Ids count
    from 1. Coordinates are pixels of the upright photo, rounded to 0.1; areas are of the outlines.
    An annotation also has the `score`, the `verdict` and the `fingerprint` of its finding.
    """
    shown = [one for one in listings if one.status in ("ok", "partial") and one.width]
    marks = {item.mark: item.name for one in shown for item in one.findings}
    numbers = {mark: number for number, mark in enumerate(sorted(marks), 1)}
    found = [(row, item) for row, one in enumerate(shown, 1) for item in one.findings]
    return {
        "info": {"description": "Findings of detector"},
        "licenses": [],
        "images": [_image(row, one) for row, one in enumerate(shown, 1)],
        "categories": [
            {"id": number, "name": mark, "supercategory": "mark", "title": marks[mark]}
            for mark, number in numbers.items()
        ],
        "annotations": [
            _annotation(number, row, numbers[item.mark], item)
            for number, (row, item) in enumerate(found, 1)
        ],
    }


def _image(number: int, listing: Listing) -> Json:
    return {
        "id": number,
        "file_name": listing.path,
        "width": listing.width,
        "height": listing.height,
    }


def _annotation(number: int, image: int, category: int, finding: Finding) -> Json:
    x0, y0, x1, y1 = finding.box
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": _rounded((x0, y0, x1 - x0, y1 - y0)),
        "segmentation": [_rounded(finding.quad.ravel().tolist())],
        "area": round(_area(finding.quad), 1),
        "iscrowd": 0,
        "score": finding.score,
        "verdict": finding.verdict,
        "fingerprint": finding.fingerprint,
    }


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 1) + 0.0 for value in values]


def _area(quad: Floats) -> float:
    """The area of an outline (4, 2), by the shoelace formula."""
    x, y = quad.astype(np.float64).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
