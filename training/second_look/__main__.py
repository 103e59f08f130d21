"""Makes the networks of the check `second_look`: `python -m training.second_look OUT ...`.

Draws marks, mines pairs with the detector, draws more, teaches the comparison, and exports it. A
training that was killed goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from pathlib import Path

import numpy as np
import torch

from detector.evaluation.graphics.draw import draw_graphics
from training.__main__ import pictures_in
from training.marks import draw
from training.second_look import export
from training.second_look.learn import Lessons, learn, recall, scores
from training.second_look.mining import make_index
from training.second_look.network import Comparison
from training.second_look.pairs import Pairs
from training.second_look.pool import MarkPool
from training.second_look.shards import (
    DRAWN,
    EMPTY,
    MINED,
    SHARD,
    UNSEEN,
    Shard,
    Sources,
    make_shards,
)

GRAPHICS, GRAPHICS_SEED = 250, 7007  # that are learned; those that are measured have other seeds
UNSEEN_SHARDS = 10

_LOG = logging.getLogger(__name__)


def main() -> None:
    """All steps."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sources = prepared(options)
    shards = shards_of(options.drawn, options.mined, len(sources.empty))
    folder = options.out / "pairs"
    for shard in make_shards(shards, sources, folder, options.jobs):
        _LOG.info("%s", shard.name)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(options.jobs)
    learned = [shard for shard in shards if not shard.held_out]
    lessons = Lessons.of(_loaded(folder, learned), device)
    comparison = learn(lessons, options.epochs, options.seed, device)
    figures = {"seed": options.seed, "pairs": len(lessons.same), "held out": {}}
    for kind in (UNSEEN, MINED, EMPTY):
        unseen = _loaded(folder, [one for one in shards if one.held_out and one.kind == kind])
        figures["held out"][kind] = _figures(comparison, unseen, device)
    figures |= export.export(comparison.cpu(), options.out, _loaded(folder, learned[:2]))
    (options.out / "model.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    _LOG.info("%s", json.dumps(figures))


def prepared(options: argparse.Namespace) -> Sources:
    """Marks, index, photos and graphics, made where they are missing."""
    out, marks = options.out, options.marks or options.out / "marks"
    draw(options.packages, marks, options.seed, options.jobs)
    pool = MarkPool.opened(marks)
    if not (out / "mining" / "index").is_dir():
        make_index(pool, out / "mining", options.seed)
    graphics = out / "graphics"
    if not graphics.is_dir():
        draw_graphics(graphics, GRAPHICS, GRAPHICS_SEED)
    photos = tuple(path for folder in options.photos for path in pictures_in(folder))
    empty = [*photos, *sorted(graphics.glob("*.*"))]
    order = np.random.default_rng(options.seed).permutation(len(empty))
    mixed = tuple(empty[number] for number in order)
    return Sources(marks, options.packages, out / "mining" / "index", photos, mixed, options.seed)


def shards_of(drawn: int, mined: int, empty: int) -> list[Shard]:
    """All shards of a training."""
    counts = {UNSEEN: UNSEEN_SHARDS, DRAWN: drawn, MINED: mined, EMPTY: -(-empty // SHARD)}
    return [Shard(kind, number) for kind, count in counts.items() for number in range(count)]


def _loaded(folder: Path, shards: list[Shard]) -> Pairs:
    return Pairs.joined([Pairs.load(folder / shard.name) for shard in shards])


def _figures(comparison: Comparison, unseen: Pairs, device: torch.device) -> dict[str, float]:
    log_odds = scores(comparison, Lessons.of(unseen, device), device)
    found = {"pairs": len(unseen), "alarms": float((log_odds[~unseen.same] > 0).mean())}
    return found | ({"recall": recall(log_odds, unseen.same)} if unseen.same.any() else {})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.second_look", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--packages", type=Path, required=True, help="the folder node_modules")
    parser.add_argument("--photos", type=Path, action="append", default=[], help="without a mark")
    parser.add_argument("--marks", type=Path, help="where drawn marks are kept [OUT/marks]")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--drawn", type=int, default=400, help="shards of drawn pairs")
    parser.add_argument("--mined", type=int, default=32, help="shards of mined pairs")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    main()
