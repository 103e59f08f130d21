"""The marks and look-alike signs are complete, and the drawing code redraws them."""

import csv
import io
import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from drawing import marks

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path for path in (ROOT / "reference_marks").iterdir() if path.is_dir())
SIGNS = sorted((ROOT / "drawing" / "lookalikes").glob("*.svg"))
LETTER = re.compile(r"scale\(\d\.\d{4}\)")  # drawing/letters.py scales letters by four decimals
KINDS = {"logo", "word", "design", "pattern"}
FIELDS = {
    "name",
    "kind",
    "owner",
    "nice_classes",
    "vienna_codes",
    "registration",
    "valid_until",
    "authorised_sellers",
}


def sign_name(path: Path) -> str:
    """The id of a mark or look-alike sign."""
    return path.parent.name if path.stem == "front" else path.stem


def read_mark(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "mark.toml").read_text(encoding="utf-8"))


def redrawn(draw: Callable[[], str]) -> str:
    """The drawing of a mark; skips the test where a font is not installed."""
    try:
        return draw()
    except FileNotFoundError as error:
        pytest.skip(str(error))


def blocks(svg: str) -> NDArray[np.float64]:
    """The mean colours of squares of 8 by 8 pixels, in a picture 400 pixels wide."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=400, skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(png))) as picture:
        return np.asarray(picture.convert("RGBA").reduce(8), np.float64)


def same_drawing(drawn: str, shipped: str) -> bool:
    """The same text; with letters the same picture, as versions of a font differ slightly."""
    if drawn == shipped or not LETTER.search(shipped):
        return drawn == shipped
    return float(np.abs(blocks(drawn) - blocks(shipped)).max()) < 20


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_mark_is_redrawn(folder: Path) -> None:
    shipped = (folder / "front.svg").read_text(encoding="utf-8")
    assert same_drawing(redrawn(marks.MARKS[folder.name]), shipped)


@pytest.mark.parametrize("path", SIGNS, ids=lambda path: path.stem)
def test_a_lookalike_is_redrawn(path: Path) -> None:
    shipped = path.read_text(encoding="utf-8")
    assert same_drawing(redrawn(marks.LOOKALIKES[path.stem]), shipped)


@pytest.mark.parametrize(
    ("mark", "old", "new", "same"),
    [
        ("tamsin", "#1d3b34", "#1d3b35", False),
        ("pawlinka", 'rx="6"', 'rx="6.1"', True),
        ("pawlinka", 'rx="6"', 'rx="9"', False),
        ("tarnwick", "416 56L", "410 56L", False),
    ],
)
def test_small_differences_are_seen(mark: str, old: str, new: str, same: bool) -> None:
    shipped = (ROOT / "reference_marks" / mark / "front.svg").read_text(encoding="utf-8")
    assert old in shipped
    assert same_drawing(shipped.replace(old, new), shipped) == same


def test_every_drawing_is_shipped() -> None:
    assert sorted(marks.MARKS) == [folder.name for folder in FOLDERS]
    assert sorted(marks.LOOKALIKES) == [path.stem for path in SIGNS]


def test_drawings_are_written_where_they_are_shipped(tmp_path: Path) -> None:
    """With drawings that need no font, so that this runs everywhere."""
    marks.write_drawings(tmp_path, {"sunfold": marks.MARKS["sunfold"]}, {"x": lambda: "<svg/>"})
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.svg")}
    assert written == {"reference_marks/sunfold/front.svg", "drawing/lookalikes/x.svg"}
    assert (tmp_path / "drawing/lookalikes/x.svg").read_text() == "<svg/>"


def test_enough_marks_of_every_kind() -> None:
    assert len(FOLDERS) >= 24
    assert {read_mark(folder)["kind"] for folder in FOLDERS} == KINDS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_mark_says_who_owns_what(folder: Path) -> None:
    mark = read_mark(folder)
    assert set(mark) == FIELDS
    assert mark["kind"] in KINDS
    assert isinstance(mark["valid_until"], date)
    assert folder.name == folder.name.lower()


def test_registrations_are_distinct() -> None:
    numbers = [read_mark(folder)["registration"] for folder in FOLDERS]
    assert len(set(numbers)) == len(numbers)


def test_some_mark_has_an_authorised_seller() -> None:
    assert any("seller-042" in str(read_mark(f)["authorised_sellers"]) for f in FOLDERS)


@pytest.mark.parametrize(
    "path", [*(folder / "front.svg" for folder in FOLDERS), *SIGNS], ids=sign_name
)
def test_drawing_needs_no_font_and_no_other_file(path: Path) -> None:
    names = {element.tag.rpartition("}")[2] for element in ET.parse(path).iter()}
    assert names.isdisjoint({"text", "image", "use", "script", "style", "foreignObject"})
    assert "svg" in names


def test_every_lookalike_imitates_a_mark() -> None:
    with (ROOT / "drawing" / "lookalikes" / "pairs.csv").open(encoding="utf-8") as table:
        pairs = {row["lookalike"]: row["mark"] for row in csv.DictReader(table)}
    assert len(pairs) >= 6
    assert sorted(pairs) == [path.stem for path in SIGNS]
    for path in SIGNS:
        mark = ROOT / "reference_marks" / pairs[path.stem] / "front.svg"
        assert path.read_bytes() != mark.read_bytes()
