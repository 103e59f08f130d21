"""Writes what trainings came to into docs/model.md: `python -m training.card OUT ...`.

Each OUT is of another seed; the curve of the first becomes docs/images/training.png.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from training import curve

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "docs" / "model.md"
PICTURE = ROOT / "docs" / "images" / "training.png"
BEGIN, END = "<!-- training:begin -->\n", "<!-- training:end -->"


def main() -> None:
    """Fill the card."""
    parser = argparse.ArgumentParser(prog="python -m training.card", description=__doc__)
    parser.add_argument("trainings", type=Path, nargs="+")
    trainings = parser.parse_args().trainings
    curve.plot(trainings[0])
    shutil.copyfile(trainings[0] / curve.PLOT, PICTURE)
    before, _, rest = CARD.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    told = "\n".join(rows(trainings))
    CARD.write_text(f"{before}{BEGIN}{told}\n{END}{after}", encoding="utf-8")


def rows(trainings: Sequence[Path]) -> Iterator[str]:
    """A table with a row for each training, and the picture of the curve."""
    yield "| seed | backbone | pairs | shape | marks | known first | recall at 1 % alarms |"
    yield "|---|---|---|---|---|---|---|"
    for out in trainings:
        model = json.loads((out / "model.json").read_text(encoding="utf-8"))
        for one in curve.points(out)[-1].held_out:
            begin = f"| {model['seed']} | {model['backbone']} | {model['pairs']:,} | {one.shape} "
            yield f"{begin}| {one.pairs} | {one.top_1:.3f} | {one.recall:.3f} |"
    yield ""
    yield "The marks were held out, and drawn and laid into scenes like those trained on. Each is"
    yield "told from all others of its shape, and found where at most 1 % of the scenes without a"
    yield "mark are."
    yield ""
    yield "![Loss, and scores on marks held out, by pairs](images/training.png)"


if __name__ == "__main__":
    main()
