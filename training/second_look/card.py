"""Writes the table of docs/second-look.md: `python -m training.second_look.card OUT`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.second_look.shards import EMPTY, MINED, UNSEEN

CARD = Path(__file__).parents[2] / "docs" / "second-look.md"
BEGIN, END = "<!-- second look:begin -->\n", "<!-- second look:end -->"
KINDS = {
    UNSEEN: "drawn, of marks held out",
    MINED: "mined, scenes held out",
    EMPTY: "photos and graphics held out",
}


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the training")
    model = json.loads((parser.parse_args().out / "model.json").read_text(encoding="utf-8"))
    page = CARD.read_text(encoding="utf-8")
    start, stop = page.index(BEGIN) + len(BEGIN), page.index(END)
    table = "\n".join(_lines(model)) + "\n"
    CARD.write_text(page[:start] + table + page[stop:], encoding="utf-8")


def _lines(model: dict[str, Any]) -> Iterator[str]:
    yield f"Seed {model['seed']}, {model['pairs']:,} pairs. On what was held out:"
    yield ""
    yield (
        "| pairs | number | other signs with `same_sign` above 0 | "
        "same signs found at 1 % of the others |"
    )
    yield "|---|---|---|---|"
    for kind, figures in model["held out"].items():
        recall = f"{figures['recall']:.3f}" if "recall" in figures else "-"
        alarms = f"{100 * figures['alarms']:.1f} %"
        yield f"| {KINDS[kind]} | {figures['pairs']:,} | {alarms} | {recall} |"


if __name__ == "__main__":
    main()
