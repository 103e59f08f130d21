"""Tiny marks with views and features made of random numbers, and a way to compare contents."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from detector.index.store import Entry, ReferenceIndex
from detector.records import Features, Mark, Rights, View

KINDS = {"bits": (np.uint8, 4), "unit": (np.float16, 3), "points": (np.uint8, 0)}
PARTS = ("whole", "emblem", "word")


def settings_of(settings: Mapping[str, str], channels: Collection[str]) -> dict[str, str]:
    """The settings of an upgraded index: those that it had, for each channel with a row."""
    return dict.fromkeys(channels, settings["describer"])


def version_1(name: str, folder: Path) -> Path:
    """A copy of an index of format version 1, "drawn" or "synthetic", in `folder`.

    Both were written by the last version that used this format: "drawn" holds the reference mark
    `oonalu`, without words; "synthetic" was made by importing `entries("abcd")` with the settings
    {"describer": "1"}, then `entries("be", seed=1)`.
    """
    with zipfile.ZipFile(Path(__file__).with_name("version_1.zip")) as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(f"{name}/")])
    return folder / name


def features(rng: np.random.Generator, channel: str, rows: int) -> Features:
    dtype, width = KINDS[channel]
    return Features(
        rng.random((rows, 4), dtype=np.float32),
        rng.integers(0, 256, (rows, width)).astype(dtype),
        rng.integers(-9, 9, rows).astype(np.int16),
    )


def view(rng: np.random.Generator, mark: str, number: int) -> View:
    height, width = 3 + number, 4
    return View(
        mark,
        f"{mark}/view {number} é.png",
        rng.integers(0, 256, (height, width, 3), dtype=np.uint8),
        rng.random((height, width)) > 0.5,
        PARTS[number % 3],
        inverted=number % 2 == 1,
        mirrored=number % 3 == 2,
    )


def entry(mark_id: str, seed: int = 0, views: int = 2) -> Entry:
    """Every second view has no "unit" features at all; some channels have no rows."""
    rng = np.random.default_rng([seed, *mark_id.encode()])
    pictures = tuple(view(rng, mark_id, number) for number in range(views))
    described = []
    for number in range(views):
        names = [name for name in KINDS if number % 2 == 0 or name != "unit"]
        described.append({name: features(rng, name, int(rng.integers(0, 4))) for name in names})
    mark = Mark(
        mark_id,
        f"Name of {mark_id} ∞",
        "word",
        ("word", "two words") if seed % 2 else (),
        Rights(
            "Owner",
            (9, 25),
            ("26.1.1",),
            f"R-{seed}",
            date(2031, 2, 3) if seed % 2 else None,
            ("seller a", "seller b"),
        ),
    )
    return Entry(mark, pictures, tuple(described))


def entries(names: str, seed: int = 0) -> list[Entry]:
    """One entry for each letter of `names`."""
    return [entry(name, seed, views=1 + ord(name) % 3) for name in names]


def plain(found: Iterable[Entry]) -> dict[str, Any]:
    """Everything that entries say, as data that compare with ==; by mark id."""
    return {one.mark.id: _plain_entry(one) for one in found}


def contents(index: ReferenceIndex) -> dict[str, Any]:
    """The same of an open index."""
    return plain(_entry_of(index, row) for row in range(len(index.marks)))


def _entry_of(index: ReferenceIndex, row: int) -> Entry:
    rows = np.flatnonzero(index.view_table.marks == row)
    described = [{name: _rows(index, name, one) for name in index.channels} for one in rows]
    return Entry(index.marks[row], tuple(index.view(one) for one in rows), tuple(described))


def _rows(index: ReferenceIndex, channel: str, view_row: int) -> Features:
    references = index.references(channel)
    mine = references.view == view_row
    found = references.features
    return Features(found.frames[mine], found.descriptors[mine], found.labels[mine])


def _plain_entry(one: Entry) -> tuple[Any, ...]:
    views = [
        (v.mark, v.source, v.pixels.tolist(), v.content.tolist(), v.part, v.inverted, v.mirrored)
        for v in one.views
    ]
    described = [
        {name: _plain_features(f) for name, f in view.items() if len(f)} for view in one.features
    ]
    return asdict(one.mark), views, described


def _plain_features(one: Features) -> tuple[Any, ...]:
    descriptors = one.descriptors
    shape = (descriptors.dtype.name, descriptors.shape)
    return shape, one.frames.tolist(), descriptors.tolist(), one.labels.tolist()
