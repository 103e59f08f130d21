"""How often a verdict is right: `python tools/count_verdicts.py [--each N]`.

Every shipped mark is laid on a clean sample photo as it is and with other colours, and every
look-alike sign of drawing/lookalikes likewise; each many times, in seeded poses, blurred and
compressed. Printed is what the detector calls what it found there. The thresholds of
detector/scoring/verdict.py were chosen on other seeds than are printed.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
from markdown_text import RESULTS_PAGE, ROOT, fill_file, header
from numpy.random import Generator

from detector import geometry
from detector.evaluation.robustness.photo_changes import through_jpeg
from detector.index.store import ReferenceIndex
from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Finding, Picture, Pixels, Reading, Verdict, View

LOOKALIKES = ROOT / "drawing" / "lookalikes"
TREATMENTS = ("identical", "recoloured", "look-alike")
MISSED = "not found"
VERDICTS = (*get_args(Verdict), MISSED)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One laid sign: what was done, the mark that should be found, and the photo."""

    treatment: str
    mark: str
    pixels: Pixels


def main() -> None:
    """Lay, inspect, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--write", action="store_true", help="write the table into docs/results.md")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {name: Counter() for name in TREATMENTS}
    for trial, finding in outcomes(options.each, options.seed):
        counts[trial.treatment][finding.verdict if finding else MISSED] += 1
    table = "\n".join(lines(counts))
    print(table)
    if options.write:
        fill_file(RESULTS_PAGE, "verdicts", table)


def lines(counts: dict[str, Counter[str]]) -> Iterator[str]:
    """A Markdown table of counts."""
    yield from header("what was laid", "photos", *VERDICTS)
    for name, found in counts.items():
        shares = " | ".join(f"{found[verdict] / found.total():.0%}" for verdict in VERDICTS)
        yield f"| {name} | {found.total()} | {shares} |"


def outcomes(each: int, seed: int) -> Iterator[tuple[Trial, Finding | None]]:
    """Every trial and the finding of its mark."""
    with tempfile.TemporaryDirectory() as folder:
        import_marks(Path(folder) / "index", load_marks([ROOT / "reference_marks"]))
        import_marks(Path(folder) / "signs", load_marks([LOOKALIKES]))
        detector = Detector.open(Path(folder) / "index")
        with ReferenceIndex.open(Path(folder) / "signs") as signs:
            for trial in trials(detector.index, signs, each, seed):
                reading = Reading("trial", "ok", pictures=(Picture(trial.pixels),))
                findings = detector.inspect(reading).findings
                named = (finding for finding in findings if finding.mark == trial.mark)
                yield trial, next(named, None)


def trials(marks: ReferenceIndex, signs: ReferenceIndex, each: int, seed: int) -> Iterator[Trial]:
    """`each` photos of every sign and treatment."""
    with (LOOKALIKES / "pairs.csv").open(encoding="utf-8", newline="") as stream:
        imitated = {row["lookalike"]: row["mark"] for row in csv.DictReader(stream)}
    grounds = [
        read_picture(path).pictures[0].pixels for path in sorted(ROOT.glob("samples/clean-*.jpg"))
    ]
    for index, treatments in ((marks, TREATMENTS[:2]), (signs, TREATMENTS[2:])):
        for view in map(index.view, index.view_table.wholes):
            for number, treatment in enumerate(treatments * each):
                random = np.random.default_rng([seed, number, *view.mark.encode()])
                ground = grounds[int(random.integers(len(grounds)))]
                shown = recoloured(view, random) if treatment == "recoloured" else view
                mark = imitated.get(view.mark, view.mark)
                yield Trial(treatment, mark, laid(ground, shown, random))


def recoloured(view: View, random: Generator) -> View:
    """The sign in one other hue."""
    turn = int(random.integers(40, 140))
    hsv = cv2.cvtColor(view.pixels, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + turn) % 180
    hsv[..., 1] = np.where(view.content, np.maximum(hsv[..., 1], 140), hsv[..., 1])
    pixels = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)
    return View(view.mark, view.source, pixels, view.content)


def laid(ground: Pixels, view: View, random: Generator) -> Pixels:
    """The view on a photo in a moderate pose, then blurred, noisy and compressed."""
    height, width = ground.shape[:2]
    high, wide = view.pixels.shape[:2]
    scale = random.uniform(0.15, 0.4) * width / max(high, wide)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) * scale
    angle = np.deg2rad(random.uniform(-12, 12))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bent = (corners - corners.mean(axis=0)) @ turn.T * random.uniform(0.93, 1.07, (4, 2))
    middle = random.uniform(0.35, 0.65, 2) * (width, height)
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    there = (bent + middle).astype(np.float32)
    pose = np.asarray(cv2.getPerspectiveTransform(flat, there), np.float64)
    to_view = np.asarray(np.linalg.inv(pose), np.float64)
    whole = np.full((high, wide), 255, np.uint8)
    alpha = cv2.warpPerspective(whole, pose, (width, height), flags=cv2.INTER_AREA) / 255.0
    back = geometry.warp(geometry.pyramid(view.pixels), to_view, (width, height))
    mixed = ground * (1 - alpha[..., None]) + back * alpha[..., None]
    soft = cv2.GaussianBlur(mixed, (0, 0), random.uniform(0.4, 1.2))
    noisy = np.clip(soft + random.normal(0, 3, soft.shape), 0, 255).astype(np.uint8)
    return through_jpeg(noisy, int(random.integers(60, 95)))


if __name__ == "__main__":
    main()
