"""What a training leaves beside its model: the curve as JSON lines and as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.validate import Score

CURVE, PLOT = "curve.jsonl", "curve.png"


@dataclass(frozen=True, slots=True)
class Point:
    """After so many pairs: the mean loss since the last point, and scores on marks held out."""

    pairs: int
    loss: float
    none: float
    scale: float
    pairs_per_second: float
    held_out: Sequence[Score]


def note(out: Path, point: Point) -> None:
    """Add a point to the curve."""
    with (out / CURVE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(point)) + "\n")


def points(out: Path) -> list[Point]:
    """The curve so far; a point that was noted twice, before a kill and after, counts once."""
    lines = (out / CURVE).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    made = [Point(**row | {"held_out": [Score(**one) for one in row["held_out"]]}) for row in rows]
    return sorted({one.pairs: one for one in made}.values(), key=lambda one: one.pairs)


def plot(out: Path) -> None:
    """Draw the curve. Raises `ImportError` without matplotlib."""
    from matplotlib.figure import Figure

    every = points(out)
    pairs = [one.pairs for one in every]
    figure = Figure(figsize=(9, 4), layout="constrained")
    loss, held_out = figure.subplots(1, 2)
    loss.plot(pairs, [one.loss for one in every])
    loss.set(xlabel="pairs", ylabel="loss", title="Learning")
    for number, first in enumerate(every[0].held_out):
        for name, line in (("top_1", "-"), ("recall", "--")):
            values = [getattr(one.held_out[number], name) for one in every]
            held_out.plot(pairs, values, line, label=f"{first.shape}, {name}")
    held_out.set(xlabel="pairs", ylabel="share", title="Marks held out", ylim=(0, 1))
    held_out.legend()
    figure.savefig(out / PLOT, dpi=110)
