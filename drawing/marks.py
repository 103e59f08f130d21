"""Draws every demonstration mark and look-alike sign: `python -m drawing.marks`.

Writes reference_marks/<id>/front.svg and drawing/lookalikes/<sign>.svg.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from drawing import animals, designs, logos, patterns, words

Drawing = Callable[[], str]
"""Returns the text of an SVG file."""

MARKS: dict[str, Drawing] = {
    "bizzlepop": words.bizzlepop,
    "brackenfox": animals.brackenfox,
    "cinderpeak": logos.cinderpeak,
    "citrabelle": designs.citrabelle,
    "druxo": words.druxo,
    "emberloft": logos.emberloft,
    "fernway": patterns.fernway,
    "fjordvane": logos.fjordvane,
    "gorsemill": logos.gorsemill,
    "grannik": words.grannik,
    "heronwick": animals.heronwick,
    "honeyfolk": designs.honeyfolk,
    "karsholm": patterns.karsholm,
    "kvantiro": logos.kvantiro,
    "larkentide": animals.larkentide,
    "moss-and-mirth": logos.moss_and_mirth,
    "nightgarden": designs.nightgarden,
    "nordhusk": words.nordhusk,
    "novarrow": logos.novarrow,
    "oatwell": designs.oatwell,
    "octavine": logos.octavine,
    "oonalu": words.oonalu,
    "pawlinka": animals.pawlinka,
    "pomelino": patterns.pomelino,
    "quillhart": animals.quillhart,
    "seigaru": patterns.seigaru,
    "solpetra": logos.solpetra,
    "starling-summer": designs.starling_summer,
    "stridewing": designs.stridewing,
    "sunfold": designs.sunfold,
    "tamsin": patterns.tamsin,
    "tarnwick": words.tarnwick,
    "tidemoor": animals.tidemoor,
    "velloria": words.velloria,
    "zephyrix": words.zephyrix,
}
"""The drawing of each mark in reference_marks/, by id."""

LOOKALIKES: dict[str, Drawing] = {
    "breckenfox": partial(animals.brackenfox, "Breckenfox", "#2f86c0", "#23618f", "#172838"),
    "cinderpeek": partial(logos.cinderpeak, "CINDERPEEK", 2, "#16302b"),
    "citrabella": partial(designs.citrabelle, "Citrabella", "#8a2f6b", "#f78fb3"),
    "druxxo": partial(words.druxo, "DRUXXO", "#0a6cff"),
    "fjordvale": partial(logos.fjordvane, "FJORDVALE", "#4a2f1d", "#d9b36c", sun=False),
    "grannick": partial(words.grannik, "Grannick", "#1c5a35"),
    "pawlinda": partial(animals.pawlinka, "Pawlinda", "#9ed8d0"),
    "stridefin": partial(designs.stridewing, 3, "#3d3d3d", "#13a08b"),
    "tamsyn": partial(patterns.tamsin, "#1f3f7d", "#27323d"),
    "tidemoon": partial(animals.tidemoor, "tidemoon", moon=True),
    "velorria": partial(words.velloria, "Velorria"),
}
"""Signs similar but not identical to a mark: the drawing of the mark with a detail or two changed.

None of them is a mark itself. drawing/lookalikes/pairs.csv names the mark that each imitates.
"""


def write_drawings(
    root: Path, marks: Mapping[str, Drawing] = MARKS, signs: Mapping[str, Drawing] = LOOKALIKES
) -> None:
    """Draw the marks and signs into a copy of the repository's folders under `root`."""
    files = {root / "reference_marks" / mark / "front.svg": draw for mark, draw in marks.items()}
    folder = root / "drawing" / "lookalikes"
    files |= {folder / f"{sign}.svg": draw for sign, draw in signs.items()}
    for path, draw in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draw(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_drawings(Path(__file__).resolve().parent.parent)
