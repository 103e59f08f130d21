"""The development photos as a dataset that `detector benchmark` reads.

    python tools/dataset.py logos|designs --data DIR --out FOLDER

writes FOLDER/labels.csv, a table of images, marks and boxes; logos stand beside the photos without
a mark that are measured.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from development import data_folder, negatives

COLUMN = {"logos": "brand", "designs": "design"}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wing", choices=COLUMN)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["image", "mark", "boxes"])
        data = data_folder(options.data).resolve()
        table.writerows(rows(data, options.wing))
        if options.wing == "logos":
            table.writerows((str(path), "", "") for path in negatives(data))


def rows(data: Path, wing: str) -> Iterator[tuple[str, str, str]]:
    """Image, mark and boxes "x0 y0 x1 y1;..." of every labelled photo."""
    with (data / wing / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield str(data / row["image"]), row[COLUMN[wing]].lower(), row.get("boxes_xyxy", "")


if __name__ == "__main__":
    main()
