"""Seconds a photo: `python tools/measure_speed.py [--photos DIR] [--package DIR] [--out FILE]`.

Photos of 640 px from `--photos` (default: the shipped samples) against an index of 60 marks (the
shipped ones, and the same under other names) and, with `--package`, one of 1,000 (icons of the
unpacked npm package simple-icons). One core, and both of two; every channel by itself; textbook ORB
in the same run. Recall is not measured here; `measure_accuracy.py` prints it for the same default
settings.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from markdown_text import RESULTS_PAGE, ROOT, Json, fill_file
from PIL import Image
from threadpoolctl import threadpool_limits
from write_icon_marks import chosen

from detector.evaluation.baselines import TextbookOrb
from detector.marks.registry import MarkSource, load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Reading
from detector.settings import settings_for_words

MARKS, ICONS, SIDE, CORES = 60, 1000, 640, 2


def main() -> None:
    """Print machine, options and medians; leave a JSON when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=ROOT / "samples")
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--package", type=Path, help="simple-icons, for an index of 1,000 marks")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--write", action="store_true", help="write into docs/results.md")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(options.photos.glob("*.jpg"))[: options.most]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = [_reduced(path, folder) for path in paths]
        indexes = [measure(_marks(), folder / "index", small)]
        if options.package:
            sources = load_marks(chosen(options.package, ICONS))
            indexes.append(measure(sources, folder / "large", small, read=False))
    machine = platform.processor() or platform.machine()
    result = {"machine": machine, "photos": len(small), "side": SIDE, "indexes": indexes}
    print(json.dumps(result, indent=1))
    if options.write:
        fill_file(RESULTS_PAGE, "speed", sentence(result))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measure(
    sources: Sequence[MarkSource], index: Path, photos: Sequence[Path], *, read: bool = True
) -> Json:
    """Import the marks, then time the photos; `read` also with words."""
    start = time.perf_counter()
    import_marks(index, sources, settings_for_words(read))
    found: Json = {"marks": len(sources), "import": round(time.perf_counter() - start, 1)}
    with threadpool_limits(1):
        detector = Detector.open(index, settings=settings_for_words(False))
        found["without words"] = quantiles(_seconds(photos, detector.inspect))
        if read:
            reader = Detector.open(index, settings=settings_for_words(True))
            found["with words"] = quantiles(_seconds(photos, reader.inspect))
        found["channels"] = {
            name: quantiles(_seconds(photos, partial(_examine, name, detector)))
            for name in detector.channels
            if name != "words"
        }
        found["textbook ORB"] = quantiles(_orb_seconds(photos, index))
    for name, alone in (("without words", False), ("embedding alone", True)):
        found[f"{name}, photos a second on {CORES} cores"] = rate(index, photos, alone=alone)
    return found


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "median": round(float(np.median(seconds)), 4),
        "p95": round(float(np.percentile(seconds, 95)), 4),
    }


def rate(index: Path, photos: Sequence[Path], *, alone: bool) -> float:
    """Photos a second of as many processes as `CORES`, each with all photos."""
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        rates = pool.map(partial(_rate, index, photos, alone), range(CORES), chunksize=1)
    return round(sum(rates), 2)


def _rate(index: Path, photos: Sequence[Path], alone: bool, _: int) -> float:
    cv2.setNumThreads(1)
    with threadpool_limits(1):
        detector = Detector.open(index, settings=settings_for_words(False))
        examine = partial(_examine, "embedding", detector) if alone else detector.inspect
        return 1 / float(np.mean(_seconds(photos, examine)))


def _examine(name: str, detector: Detector, photo: Reading) -> None:
    """What one channel does with a photo, against all views of the index."""
    for picture in photo.pictures:
        detector.searchers[name].search(detector.channels[name].describe(picture))


def sentence(result: Json) -> str:
    """The result for a reader."""
    few, *many = result["indexes"]
    text = (
        f"One {result['machine']} core ({date.today():%B %Y}) needs "
        f"{few['without words']['median']:.2f} s for a photo of {result['side']} px against "
        f"{few['marks']} marks (median; 95 % of photos are below "
        f"{few['without words']['p95']:.2f} s), decoding and proof included; with words read "
        f"{few['with words']['median']:.2f} s. Textbook ORB needs "
        f"{few['textbook ORB']['median']:.2f} s in the same run. Importing the "
        f"{few['marks']} marks takes {few['import']:.0f} s, once."
    )
    for index in many:
        pace = index[f"without words, photos a second on {CORES} cores"]
        text += (
            f" Against {index['marks']:,} marks {CORES} cores examine {pace:.1f} photos a second "
            f"without words."
        )
    return text


def _marks() -> list[MarkSource]:
    """The shipped marks, repeated under other ids until there are MARKS."""
    shipped = load_marks([ROOT / "reference_marks"])
    again = [
        replace(source, mark=replace(source.mark, id=f"{source.mark.id}-again"))
        for source in shipped
    ]
    return [*shipped, *again][:MARKS]


def _reduced(path: Path, folder: Path) -> Path:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    target = folder / f"{path.stem}.jpg"
    picture.save(target, quality=90)
    return target


def _orb_seconds(paths: Sequence[Path], index: Path) -> list[float]:
    """Textbook ORB against the first view of the same marks."""
    with Detector.open(index).index as opened:
        method = TextbookOrb(opened)
    return _seconds(paths, lambda photo: method.answers(photo.pictures[0]))


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
