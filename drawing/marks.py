"""Draws every demonstration mark and look-alike sign: `python -m drawing.marks`.

Writes reference_marks/<id>/mark.toml and front.svg, drawing/lookalikes/<sign>.svg and pairs.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drawing import animals, designs, logos, patterns, words
from drawing.similar_signs import LOOKALIKES

ROOT = Path(__file__).resolve().parent.parent
MARKS_DIR = ROOT / "reference_marks"
LOOKALIKE_DIR = ROOT / "drawing" / "lookalikes"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: who owns a drawing and what for."""

    name: str
    kind: str
    owner: str
    nice: tuple[int, ...]
    vienna: tuple[str, ...]
    draw: Callable[[], str]
    until: str = "2034-06-30"
    sellers: tuple[str, ...] = ()


CATALOGUE: dict[str, Entry] = {
    "fjordvane": Entry(
        "Fjordvane",
        "logo",
        "Fjordvane Outfitters AS",
        (18, 25),
        ("6.1.2", "1.3.1"),
        logos.fjordvane,
        sellers=("seller-042", "seller-107"),
    ),
    "emberloft": Entry(
        "Emberloft", "logo", "Emberloft Candles Ltd", (4, 21), ("1.15.5",), logos.emberloft
    ),
    "quillhart": Entry(
        "Quillhart",
        "logo",
        "House of Quillhart SARL",
        (14, 25),
        ("24.1.3", "3.4.7"),
        animals.quillhart,
        "2031-11-02",
    ),
    "tidemoor": Entry(
        "Tidemoor", "logo", "Tidemoor Swimwear GmbH", (25, 28), ("3.9.1",), animals.tidemoor
    ),
    "brackenfox": Entry(
        "Brackenfox",
        "logo",
        "Brackenfox Supply Co",
        (18, 21, 25),
        ("3.1.8",),
        animals.brackenfox,
        sellers=("seller-042",),
    ),
    "kvantiro": Entry(
        "Kvantiro", "logo", "Kvantiro Devices Oy", (9,), ("26.5.1", "26.1.5"), logos.kvantiro
    ),
    "solpetra": Entry(
        "Solpetra",
        "logo",
        "Solpetra Wellness SL",
        (3, 5),
        ("1.3.1", "6.1.1"),
        logos.solpetra,
        "2029-03-15",
    ),
    "heronwick": Entry(
        "Heronwick", "logo", "Heronwick Tea Importers", (21, 30), ("3.7.16",), animals.heronwick
    ),
    "cinderpeak": Entry(
        "Cinderpeak Roasting House",
        "logo",
        "Cinderpeak Coffee BV",
        (21, 30, 43),
        ("6.1.2", "5.7.1"),
        logos.cinderpeak,
        sellers=("seller-311",),
    ),
    "novarrow": Entry(
        "Novarrow",
        "logo",
        "Novarrow Instruments Inc",
        (9, 12),
        ("1.1.5", "17.5.21"),
        logos.novarrow,
    ),
    "moss-and-mirth": Entry(
        "Moss & Mirth", "logo", "Moss & Mirth Botanicals", (3, 31), ("5.3.13",), logos.mossandmirth
    ),
    "octavine": Entry(
        "Octavine",
        "logo",
        "Octavine Cellars",
        (33,),
        ("5.7.10", "26.1.1"),
        logos.octavine,
        "2033-01-20",
    ),
    "pawlinka": Entry(
        "Pawlinka", "logo", "Pawlinka Pet Goods sro", (18, 28, 31), ("3.1.6",), animals.pawlinka
    ),
    "larkentide": Entry(
        "Larkentide", "logo", "Larkentide Paper Goods", (16,), ("3.7.24",), animals.larkentide
    ),
    "gorsemill": Entry(
        "Gorsemill",
        "logo",
        "Gorsemill Bakery Tools",
        (21, 30),
        ("15.7.1", "5.7.2"),
        logos.gorsemill,
    ),
    "velloria": Entry(
        "Velloria",
        "word",
        "Velloria Cosmetics SpA",
        (3,),
        ("27.5.1",),
        words.velloria,
        sellers=("seller-042", "seller-220"),
    ),
    "druxo": Entry("Druxo", "word", "Druxo Athletics AG", (25, 28), ("27.5.1",), words.druxo),
    "oonalu": Entry(
        "oonalu", "word", "Oonalu Toys ApS", (28,), ("27.5.1", "29.1.15"), words.oonalu
    ),
    "zephyrix": Entry(
        "Zephyrix", "word", "Zephyrix Mobility", (9, 12), ("27.5.1",), words.zephyrix
    ),
    "grannik": Entry(
        "Grannik", "word", "Grannik Dairy Cooperative", (29,), ("26.1.18", "27.5.1"), words.grannik
    ),
    "tarnwick": Entry(
        "Tarnwick",
        "word",
        "Tarnwick Tailors Ltd",
        (18, 25),
        ("27.5.1",),
        words.tarnwick,
        "2036-09-09",
    ),
    "bizzlepop": Entry(
        "Bizzlepop", "word", "Bizzlepop Sweets", (30,), ("27.5.1", "29.1.15"), words.bizzlepop
    ),
    "nordhusk": Entry(
        "Nordhusk", "word", "Nordhusk Workwear A/S", (9, 25), ("27.5.1",), words.nordhusk
    ),
    "citrabelle": Entry(
        "Citrabelle label",
        "design",
        "Citrabelle Drinks SAS",
        (32,),
        ("5.7.12", "19.7.1"),
        designs.citrabelle,
    ),
    "stridewing": Entry(
        "Stridewing side", "design", "Stridewing Footwear", (25,), ("9.9.11",), designs.stridewing
    ),
    "nightgarden": Entry(
        "Nightgarden artwork",
        "design",
        "Nightgarden Studio",
        (9,),
        ("1.7.6", "5.5.20"),
        designs.nightgarden,
    ),
    "oatwell": Entry(
        "Oatwell carton",
        "design",
        "Oatwell Drinks AB",
        (29, 32),
        ("5.7.2", "19.3.3"),
        designs.oatwell,
    ),
    "sunfold": Entry(
        "Sunfold cushion front",
        "design",
        "Sunfold Interiors",
        (20, 24),
        ("25.7.25",),
        designs.sunfold,
    ),
    "starling-summer": Entry(
        "Starling Summer artwork",
        "design",
        "Starling Pier Club",
        (25,),
        ("1.3.1", "3.7.24"),
        designs.starlingsummer,
        "2030-05-01",
    ),
    "honeyfolk": Entry(
        "Honeyfolk lid label", "design", "Honeyfolk Apiaries", (30,), ("3.13.4",), designs.honeyfolk
    ),
    "tamsin": Entry(
        "Tamsin check", "pattern", "Tamsin Weavers", (24, 25), ("25.7.3",), patterns.tamsin
    ),
    "seigaru": Entry(
        "Seigaru wave",
        "pattern",
        "Seigaru Textiles KK",
        (24, 27),
        ("25.7.25", "1.15.24"),
        patterns.seigaru,
    ),
    "karsholm": Entry(
        "Karsholm monogram",
        "pattern",
        "Karsholm Leather",
        (18,),
        ("27.5.1", "25.7.25"),
        patterns.karsholm,
    ),
    "pomelino": Entry(
        "Pomelino terrazzo", "pattern", "Pomelino Home", (21, 24), ("25.7.25",), patterns.pomelino
    ),
    "fernway": Entry(
        "Fernway fronds",
        "pattern",
        "Fernway Prints",
        (16, 24),
        ("5.3.11", "25.7.25"),
        patterns.fernway,
    ),
}


def mark_toml(number: int, entry: Entry) -> str:
    """The text of one mark.toml."""
    codes, sellers = list(entry.vienna), list(entry.sellers)
    lines = (
        f'name = "{entry.name}"',
        f'kind = "{entry.kind}"',
        f'owner = "{entry.owner}"',
        f"nice_classes = {list(entry.nice)}",
        f"vienna_codes = {codes}".replace("'", '"'),
        f'registration = "DM-{number:04d}"',
        f"valid_until = {entry.until}",
        f"authorised_sellers = {sellers}".replace("'", '"'),
    )
    return "\n".join(lines) + "\n"


def draw_marks(folder: Path = MARKS_DIR) -> None:
    """Write one folder per mark."""
    for number, (slug, entry) in enumerate(CATALOGUE.items(), 1):
        target = folder / slug
        target.mkdir(parents=True, exist_ok=True)
        (target / "mark.toml").write_text(mark_toml(number, entry), encoding="utf-8")
        (target / "front.svg").write_text(entry.draw(), encoding="utf-8")


def draw_lookalikes(folder: Path = LOOKALIKE_DIR) -> None:
    """Write the look-alike signs and the table of what each imitates."""
    folder.mkdir(parents=True, exist_ok=True)
    for sign, (_, draw) in LOOKALIKES.items():
        (folder / f"{sign}.svg").write_text(draw(), encoding="utf-8")
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("lookalike", "mark"))
        table.writerows((sign, mark) for sign, (mark, _) in LOOKALIKES.items())


if __name__ == "__main__":
    draw_marks()
    draw_lookalikes()
