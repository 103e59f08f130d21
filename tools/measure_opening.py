"""How long a cold process takes to open a large reference index.

    python tools/measure_opening.py [--marks 10000] [--views 4] [--seed 0] [--out FILE]

Makes an index of synthetic marks in a temporary folder, opens it in five fresh processes and
prints the median. The time is that of `ReferenceIndex.open` and the first look at every channel,
without the start of Python; the imports it needs are given apart.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from detector.index.store import Entry, compact, upsert
from detector.records import Features, Mark, Rights, View

ROWS = {"hashes": (6, 32), "orb": (40, 32)}  # feature rows a view and bytes a descriptor
REPEATS = 5
COLD = """
import sys, time
from pathlib import Path
start = time.perf_counter()
from detector.index.store import ReferenceIndex
imported = time.perf_counter()
with ReferenceIndex.open(Path(sys.argv[1])) as index:
    rows = sum(len(index.references(channel).view) for channel in index.channels)
    opened = time.perf_counter()
    print(imported - start, opened - imported, len(index.marks), len(index.views), rows)
"""


def entries(marks: int, views: int, seed: int) -> Iterator[Entry]:
    """Synthetic marks with small noise pictures and random features."""
    rng = np.random.default_rng(seed)
    for number in range(marks):
        mark = Mark(f"mark-{number:07d}", f"Mark {number}", rights=Rights("Nobody", (25,)))
        pictures = tuple(view(mark.id, rng) for _ in range(views))
        features = tuple(
            {name: random_features(rng, *size) for name, size in ROWS.items()} for _ in pictures
        )
        yield Entry(mark, pictures, features)


def view(mark: str, rng: np.random.Generator) -> View:
    """A picture of 24 x 32 pixels."""
    pixels = rng.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    return View(mark, "drawn.svg", pixels, pixels[..., 0] > 127)


def random_features(rng: np.random.Generator, rows: int, width: int) -> Features:
    """Random features of packed bits."""
    frames = rng.random((rows, 4), dtype=np.float32)
    bits = rng.integers(0, 256, (rows, width), dtype=np.uint8)
    return Features(frames, bits, np.zeros(rows, np.int16))


def cold_open(folder: Path) -> tuple[float, float, list[int]]:
    """Seconds of import and of opening in a fresh process, and its marks, views and rows."""
    command = [sys.executable, "-c", COLD, str(folder)]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(words[0]), float(words[1]), [int(word) for word in words[2:]]


def measure(marks: int, views: int, seed: int) -> dict[str, object]:
    """Make the index, open it, and say what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "index"
        start = time.perf_counter()
        upsert(root, entries(marks, views, seed))
        written = time.perf_counter()
        compact(root)
        opened = [cold_open(root) for _ in range(REPEATS)]
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    imports, openings, counts = zip(*opened, strict=True)
    found_marks, found_views, rows = counts[0]
    return {
        "marks": found_marks,
        "views": found_views,
        "feature_rows": rows,
        "bytes": size,
        "write_seconds": round(written - start, 2),
        "import_seconds": round(statistics.median(imports), 4),
        "open_seconds": round(statistics.median(openings), 4),
        "open_seconds_all": [round(seconds, 4) for seconds in openings],
        "seed": seed,
        "machine": f"{platform.machine()} {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--marks", type=int, default=10_000)
    parser.add_argument("--views", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    result = measure(options.marks, options.views, options.seed)
    for name, value in result.items():
        sys.stdout.write(f"{name:17} {value}\n")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
