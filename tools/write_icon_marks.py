"""Writes marks of real brands to measure robustness with.

    python tools/write_icon_marks.py PACKAGE OUT

PACKAGE is the unpacked npm package simple-icons (one-colour drawings, CC0): `npm pack simple-icons`
gets it. Icons taken evenly from the alphabet become a CSV of marks in OUT, which
`detector marks import` reads; nothing of them is ever part of the project.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

COUNT = 300


def main() -> None:
    """Write OUT/marks.csv and copies of the icons beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    options = parser.parse_args()
    icons = chosen(options.package, options.count)
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "marks.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "name", "kind", "image"])
        for icon in icons:
            (options.out / icon.name).write_bytes(icon.read_bytes())
            rows.writerow([icon.stem, icon.stem, "logo", icon.name])
    print(f"{len(icons)} marks: {options.out / 'marks.csv'}")


def chosen(package: Path, count: int) -> list[Path]:
    """`count` icons of the package, evenly from the first name to the last."""
    every = sorted((package / "icons").glob("*.svg"))
    return [every[number * len(every) // count] for number in range(min(count, len(every)))]


if __name__ == "__main__":
    main()
