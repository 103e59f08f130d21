"""Renders the sample photos and their labels: `python -m drawing.samples [NAME...]`.

Writes samples/<name>.jpg and keeps samples/labels.csv sorted; a photo that is not named keeps its
rows. Every photo is the same each time: scenes, light paths and grain are seeded.
"""

from __future__ import annotations

import csv
import sys
import zlib
from pathlib import Path

import numpy as np

from drawing.lens import developed, saved
from drawing.marks import ROOT
from drawing.scenes import Box, trace
from drawing.shots import Catalogue
from drawing.shots_boxes import SHOTS as BOXES
from drawing.shots_cloth import SHOTS as CLOTH
from drawing.shots_flat import SHOTS as FLAT
from drawing.shots_packs import SHOTS as PACKS
from drawing.shots_plain import SHOTS as PLAIN
from drawing.shots_vessels import SHOTS as VESSELS
from drawing.shots_wear import SHOTS as WEAR
from drawing.shots_wide import SHOTS as WIDE
from drawing.surfaces import Sign

SAMPLES_DIR = ROOT / "samples"
HEAD = ("image", "mark", "x0", "y0", "x1", "y1", "note")
CATALOGUE: Catalogue = VESSELS | PACKS | BOXES | CLOTH | WEAR | FLAT | WIDE | PLAIN
Row = tuple[str, ...]


def rows_of(image: str, found: list[tuple[Sign, Box]]) -> list[Row]:
    """The label rows of one photo; a photo without a mark has one row that says so."""
    if not found:
        return [(image, "", "", "", "", "", "clean")]
    return [(image, s.mark, *(str(round(v)) for v in box), s.note) for s, box in found]


def render(name: str, folder: Path, spp: int, scale: float = 1.0) -> list[Row]:
    """Make one photo and return its rows."""
    shot = CATALOGUE[name]()
    light, found = trace(shot.scene, spp, scale)
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    saved(developed(light, shot.photo, rng), folder / f"{name}.jpg", shot.photo.quality)
    return rows_of(f"{name}.jpg", found)


def labelled(folder: Path, image: str, rows: list[Row]) -> None:
    """Put the rows of one photo into labels.csv in place of its old ones."""
    table = folder / "labels.csv"
    kept: list[Row] = []
    if table.exists():
        with table.open(newline="", encoding="utf-8") as file:
            kept = [tuple(r) for r in csv.reader(file)][1:]
    rest = [r for r in kept if r[0] != image and r[0].removesuffix(".jpg") in CATALOGUE]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(sorted([*rest, *rows]))


def main(names: list[str], folder: Path = SAMPLES_DIR, spp: int = 18) -> None:
    """Render the named photos, or all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or sorted(CATALOGUE):
        labelled(folder, f"{name}.jpg", render(name, folder, spp))


if __name__ == "__main__":
    main(sys.argv[1:])
