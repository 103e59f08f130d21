"""Graphics without any mark, as negatives: `python tools/draw_graphics.py OUT --count 200`."""

from __future__ import annotations

import argparse
from pathlib import Path

from detector.evaluation.graphics.draw import draw_graphics


def main() -> None:
    """Draw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    paths = draw_graphics(chosen.out, chosen.count, chosen.seed)
    print(f"{len(paths)} graphics in {chosen.out}")


if __name__ == "__main__":
    main()
