"""Trains the mark embedding: `python -m training OUT --packages node_modules --photos DIR`.

Draws the training marks (once), learns, and writes into OUT: `checkpoint.pt` (a killed training
goes on from there), `curve.jsonl`, `curve.png`, `embedding.onnx` and `model.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from detector.records import Pixels
from training import curve, marks
from training.backbones import BACKBONES
from training.checkpoint import Checkpoint
from training.export import export
from training.learn import Learner, Lessons, Pace
from training.network import Network
from training.pairs import Batch, Order, Pairs, drawn, orders, rows_of
from training.replay import Replay
from training.scenes import crop_of
from training.validate import score

_VALIDATED = 12  # batches of each shape of marks held out, at most
_VALIDATION_BATCH = 96  # pairs of each, and photos without a mark
_VALIDATION_SEED = 99
_CALIBRATED = 3  # batches of each shape that tell the ranges for whole numbers
_SCORED = 48_000  # pairs between points of the curve, and between checkpoints
_AGAIN = 3  # times each pair is learned from again


def main() -> None:
    """Parse, draw, learn, export."""
    options = _parsed()
    folder = options.marks or options.out / "marks"
    options.out.mkdir(parents=True, exist_ok=True)
    marks.draw(options.packages, folder, options.seed, max(1, options.workers))
    photos = [path for one in options.photos for path in pictures_in(one)]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    learner = train(options, folder, photos, device)
    curve.plot(options.out)
    pairs = Pairs(folder, photos, options.batch // 3, options.seed)
    scenes = list(calibration(pairs, folder, options.batch))
    last = curve.points(options.out)[-1]
    model = {
        "backbone": options.backbone,
        "seed": options.seed,
        "pairs": last.pairs,
        "loss": last.loss,
        "none": last.none,
        "sha256": export(learner.slow, options.out / "embedding.onnx", scenes),
    }
    (options.out / "model.json").write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


def train(
    options: argparse.Namespace, folder: Path, photos: list[Path], device: torch.device
) -> Learner:
    """Learn from the first batch, or from the checkpoint, to the last."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - options.workers))  # the rest draw
    pace = Pace(batches=options.pairs // options.batch)
    network = Network(options.backbone)
    learner = Learner(network).to(device, memory_format=torch.channels_last)
    front = None if device.type == "cuda" else network.backbone
    pairs = partial(Pairs, folder, photos, backbone=front)
    optimiser = learner.optimiser(pace)
    state = Checkpoint(options.out, learner, optimiser)
    done = first = state.restore(device)
    lessons = Lessons(learner, optimiser, pace, device)
    unseen = held_out(pairs(empties=_VALIDATION_BATCH, seed=_VALIDATION_SEED), folder)
    validation = [lessons.begun(batch) for batch in unseen]
    start, losses = time.monotonic(), list[float]()
    with _progress() as progress:
        task = progress.add_task("learning", total=pace.batches, completed=first)
        drawing = pairs(empties=options.batch // 3, seed=options.seed)
        for loss in losses_of(lessons, drawing, folder, options, first):
            done += 1
            losses.append(loss)
            progress.update(task, completed=done)
            if done % (_SCORED // options.batch) == 0 or done == pace.batches:
                rate = (done - first) * options.batch / (time.monotonic() - start)
                point = curve.Point(
                    pairs=done * options.batch,
                    loss=round(float(np.mean(losses)), 4),
                    none=round(learner.none.item(), 4),
                    scale=round(learner.log_scale.exp().item(), 2),
                    pairs_per_second=round(rate),
                    held_out=score(learner.slow, validation, device),
                )
                curve.note(options.out, point)
                state.save(done)
                losses.clear()
    return learner


def losses_of(
    lessons: Lessons, pairs: Pairs, folder: Path, options: argparse.Namespace, first: int
) -> Iterator[float]:
    """Learn from fresh batches, each followed by some that were seen before; yields the losses."""
    rows = {shape: rows_of(folder, shape, held_out=False) for shape in marks.SHAPES}
    seen = {shape: Replay(shape, options.seed + first) for shape in marks.SHAPES}
    ordered = orders(rows, options.seed, options.batch, first // (1 + _AGAIN))
    batches, number = drawn(pairs, ordered, options.workers), first
    while number < options.pairs // options.batch:
        fresh = lessons.begun(next(batches))
        loss, known = lessons.learn(fresh, number)
        seen[fresh.shape].add(fresh, known.float().cpu().numpy())
        number += 1
        yield loss
        for _ in range(_AGAIN):
            again, at = seen[fresh.shape].batch(options.batch, options.batch // 3)
            loss, known = lessons.learn(again, number)
            seen[fresh.shape].note(at, known.float().cpu().numpy())
            number += 1
            yield loss


def pictures_in(folder: Path) -> list[Path]:
    """JPEG and PNG files of a folder, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))


def held_out(pairs: Pairs, folder: Path) -> Iterator[Batch]:
    """Batches of marks that are not trained on."""
    random, size = np.random.default_rng(_VALIDATION_SEED), _VALIDATION_BATCH
    for shape in marks.SHAPES:
        rows = random.permutation(rows_of(folder, shape, held_out=True))
        for number in range(min(_VALIDATED, len(rows) // size)):
            yield pairs[Order(number, shape, rows[number * size : (number + 1) * size])]


def calibration(pairs: Pairs, folder: Path, size: int) -> Iterator[Pixels]:
    """Scenes and references (N, H, W, 3) as training draws them, wide enough for all windows."""
    sizes = np.array([crop_of(shape) for shape in marks.SHAPES])
    for number, shape in enumerate(marks.SHAPES * _CALIBRATED):
        rows = rows_of(folder, shape, held_out=False)
        chosen = np.random.default_rng([_VALIDATION_SEED, number]).choice(rows, size)
        photos, references = pairs.pictures(Order(number, shape, chosen))
        down, aside = sizes.max(axis=0) - sizes[number % len(sizes)]
        for drawn_ones in (references, photos):
            yield np.pad(drawn_ones, ((0, 0), (0, down), (0, aside), (0, 0)), "edge")


def _parsed() -> Any:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--packages", type=Path, required=True, help="the folder node_modules")
    parser.add_argument("--photos", type=Path, action="append", default=[], help="backgrounds")
    parser.add_argument("--marks", type=Path, help="where drawn marks are kept [OUT/marks]")
    parser.add_argument("--backbone", choices=BACKBONES, default="hybrid")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    return parser.parse_args()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


if __name__ == "__main__":
    main()
