"""Writes the development photos as a dataset that `detector benchmark` reads.

    python tools/write_photo_labels.py logos|designs --data DIR --out FOLDER

writes FOLDER/labels.csv, a table of images, marks and boxes; logos stand beside the photos without
a mark that are measured.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from development_photos import COLUMN, data_folder, labels_of, negatives


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=COLUMN)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["image", "mark", "boxes"])
        data = data_folder(options.data).resolve()
        table.writerows(labels_of(data, options.part))
        if options.part == "logos":
            table.writerows((path, "", "") for path in negatives(data))


if __name__ == "__main__":
    main()
