"""Seconds a photo on one core: `python benchmarks/speed.py [--photos DIR] [--out FILE]`.

An index of 60 marks (the shipped ones and recoloured or turned copies of them under other names),
photos of 640 px from `--photos` (default: the shipped samples), against textbook ORB in the same
run. Recall is not measured here; `accuracy.py` prints it for the same default settings.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from readme import fill
from threadpoolctl import threadpool_limits

from detector.benchmark.baselines import TextbookOrb
from detector.marks.registry import MarkSource, load_marks
from detector.pictures.reader import read_picture
from detector.pipeline import Detector, import_marks
from detector.records import Reading
from detector.settings import reading

ROOT = Path(__file__).resolve().parent.parent
MARKS, SIDE = 60, 640


def main() -> None:
    """Print machine, options and medians; leave a JSON when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=ROOT / "samples")
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--readme", action="store_true", help="write the sentence in the README")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(options.photos.glob("*.jpg"))[: options.most]
    with tempfile.TemporaryDirectory() as folder:
        small = [_reduced(path, Path(folder)) for path in paths]
        sources = _marks()
        start = time.perf_counter()
        import_marks(Path(folder) / "index", sources)
        importing = time.perf_counter() - start
        with threadpool_limits(1):
            ours = _detector_seconds(small, Path(folder) / "index", words=False)
            reading_too = _detector_seconds(small, Path(folder) / "index", words=True)
            textbook = _orb_seconds(small, Path(folder) / "index")
    result = {
        "machine": platform.processor() or platform.machine(),
        "photos": len(small), "side": SIDE, "marks": len(sources),
        "import seconds": round(importing, 2),
        "detector median seconds": round(float(np.median(ours)), 4),
        "detector 95th percentile": round(float(np.percentile(ours, 95)), 4),
        "with words median seconds": round(float(np.median(reading_too)), 4),
        "textbook ORB median seconds": round(float(np.median(textbook)), 4),
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    if options.readme:
        readme = ROOT / "README.md"
        readme.write_text(fill(readme.read_text("utf-8"), "speed", sentence(result)), "utf-8")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def sentence(result: dict[str, Any]) -> str:
    """The result for a reader."""
    return (
        f"One {result['machine']} core ({date.today():%B %Y}) needs "
        f"{result['detector median seconds']:.2f} s for a photo of {result['side']} px against "
        f"{result['marks']} marks (median; 95 % of photos are below "
        f"{result['detector 95th percentile']:.2f} s), decoding and proof included; with words "
        f"read {result['with words median seconds']:.2f} s. Textbook ORB needs "
        f"{result['textbook ORB median seconds']:.2f} s in the same run. Importing the "
        f"{result['marks']} marks takes {result['import seconds']:.0f} s, once."
    )


def _marks() -> list[MarkSource]:
    """The shipped marks, repeated under other ids until there are MARKS."""
    shipped = load_marks([ROOT / "reference_marks"])
    again = [
        replace(one, mark=replace(one.mark, id=f"{one.mark.id}-again")) for one in shipped
    ]  # fmt: skip
    return [*shipped, *again][:MARKS]


def _reduced(path: Path, folder: Path) -> Path:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    target = folder / f"{path.stem}.jpg"
    picture.save(target, quality=90)
    return target


def _detector_seconds(paths: Sequence[Path], index: Path, *, words: bool) -> list[float]:
    detector = Detector.open(index, settings=reading(words))
    return _seconds(paths, detector.inspect)


def _orb_seconds(paths: Sequence[Path], index: Path) -> list[float]:
    """Textbook ORB against the first view of the same marks."""
    with Detector.open(index).index as opened:
        method = TextbookOrb(opened)
    return _seconds(paths, lambda reading: method.answers(reading.pictures[0]))


def _seconds(paths: Sequence[Path], examine: Callable[[Reading], object]) -> list[float]:
    """Decoding included; the first photo warms the caches and is not counted."""
    examine(read_picture(paths[0]))
    return [_timed(examine, path) for path in paths]


def _timed(examine: Callable[[Reading], object], path: Path) -> float:
    start = time.perf_counter()
    examine(read_picture(path))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
