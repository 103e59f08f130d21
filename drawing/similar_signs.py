"""Signs that are similar, but not identical, to a protected mark: each alters one or two details.

None of them is a protected mark; the sample photos use them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from drawing import animals, designs, logos, patterns, words

LOOKALIKES: dict[str, tuple[str, Callable[[], str]]] = {
    # sign: (mark it imitates, drawing)
    "velorria": ("velloria", partial(words.velloria, "Velorria")),
    "fjordvale": (
        "fjordvane",
        partial(logos.fjordvane, "FJORDVALE", "#4a2f1d", "#d9b36c", sun=False),
    ),
    "breckenfox": ("brackenfox", partial(animals.brackenfox, "Breckenfox", "#2f86c0", "#172838")),
    "druxxo": ("druxo", partial(words.druxo, "DRUXXO", cut="#0a6cff")),
    "tidemoon": ("tidemoor", partial(animals.tidemoor, "tidemoon", moon=True)),
    "cinderpeek": ("cinderpeak", partial(logos.cinderpeak, "CINDERPEEK", 2, "#16302b")),
    "grannick": ("grannik", partial(words.grannik, "Grannick", "#1c5a35")),
    "citrabella": ("citrabelle", partial(designs.citrabelle, "Citrabella", "#8a2f6b", "#f78fb3")),
    "stridefin": ("stridewing", partial(designs.stridewing, 3, "#3d3d3d", "#13a08b")),
    "pawlinda": ("pawlinka", partial(animals.pawlinka, "Pawlinda", "#9ed8d0")),
    "tamsyn": ("tamsin", partial(patterns.tamsin, "#1f3f7d", "#27323d")),
}
