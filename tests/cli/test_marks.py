from __future__ import annotations

import html
import os
import re
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from detector.cli.exit_status import BROKEN_PIPE, FAILED, FOUND, INTERRUPTED, NOTHING
from detector.cli.main import main
from tests import scenes
from tests.index.synthetic import version_1

from .conftest import CSV, detector


@pytest.fixture
def own_index(shop, tmp_path):
    """A copy of the index that a test may change."""
    return shutil.copytree(shop.index, tmp_path / "own-index")


def test_the_exit_statuses_are_those_of_the_contract():
    assert (NOTHING, FOUND, FAILED, INTERRUPTED, BROKEN_PIPE) == (0, 1, 2, 130, 141)


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("3", "3")])
def test_a_process_uses_one_core_unless_told_otherwise(shop, given, used):
    with CliRunner().isolation(env={"OMP_NUM_THREADS": given}):
        with pytest.raises(SystemExit):
            main(["index", "info", "--index", str(shop.index)])
        assert os.environ["OMP_NUM_THREADS"] == used


def test_marks_are_listed(shop):
    found = detector("marks", "list", "--index", shop.index)
    assert found.exit_code == 0
    row = next(line for line in found.stdout.splitlines() if line.startswith("norrvik"))
    assert [cell.strip() for cell in row.split("│")[:4]] == [
        "norrvik",
        "Norrvik",
        "logo",
        "Norrvik AS",
    ]


def test_one_mark_is_shown_with_its_views(shop):
    found = detector("marks", "show", "norrvik", "--index", shop.index)
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[:3] == ["id: norrvik", "name: Norrvik", "kind: logo"]
    assert "authorised sellers: friend" in lines
    assert "words: Norrvik, NRVK" in lines
    views = [line for line in lines if line.startswith("view: norrvik.png, ")]
    assert len(views) >= 3
    assert any("mirrored" in line for line in views)


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_mark_is_an_error(own_index, command):
    before = sorted(own_index.rglob("*"))
    words = ["nobody"] if command == "show" else ["norrvik", "nobody"]
    found = detector("marks", command, *words, "--index", own_index)
    assert found.exit_code == 2
    assert "there is no mark nobody" in found.stderr
    assert sorted(own_index.rglob("*")) == before


def test_marks_are_removed(own_index):
    found = detector("marks", "remove", "norrvik", "--index", own_index)
    assert (found.exit_code, found.stdout) == (0, f"1 marks removed from {own_index}.\n")
    assert "norrvik" not in detector("marks", "list", "--index", own_index).stdout


def test_a_wrong_source_leaves_the_index_alone(shop, own_index, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"{CSV}\nother,Other,lgoo,none.png,,\n")
    shutil.copy(shop.mark.with_name("norrvik.png"), tmp_path)
    before = (own_index / "manifest.json").read_bytes()
    found = detector("marks", "import", shop.mark, wrong, "--strict", "--index", own_index)
    assert found.exit_code == 2
    assert f"{wrong}:3: kind: 'lgoo'" in found.stderr
    assert found.stderr.endswith("3 problems; nothing is imported.\n")
    assert (own_index / "manifest.json").read_bytes() == before
    new = tmp_path / "new"
    assert detector("marks", "import", wrong, "--strict", "--index", new).exit_code == 2
    assert not new.exists()


@pytest.fixture
def spoilt(tmp_path):
    """A table of a sound mark, one of whose two pictures is cut short, and one that is blank."""
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    Image.new("RGB", (90, 90), "white").save(tmp_path / "blank.png")
    Image.fromarray(scenes.ring()).save(tmp_path / "ring.png")
    table = tmp_path / "spoilt.csv"
    table.write_text("id,image\ncut,cut.png\nring,ring.png\nblank,blank.png\nring,cut.png\n")
    return table


def test_what_is_sound_is_imported_and_the_rest_is_told_every_time(own_index, spoilt):
    for _ in range(2):
        found = detector("marks", "import", spoilt, "--no-words", "--index", own_index)
        *lines, end = found.stderr.splitlines()
        assert found.exit_code == 2
        places = [f"{spoilt}:{line}: {spoilt.parent / name}: " for line, name in (
            (2, "cut.png"), (5, "cut.png"), (4, "blank.png"),
        )]  # fmt: skip
        assert [line.startswith(place) for line, place in zip(lines, places, strict=True)]
        assert all(". Replace the picture." in line or ". Give a pic" in line for line in lines)
        assert end == "3 problems; the rest is imported."
        assert ": 1 described, 2 left out.\n" in found.stdout
    listed = detector("marks", "list", "--index", own_index).stdout
    assert [name in listed for name in ("ring", "norrvik", "cut", "blank")] == [1, 1, 0, 0]


def test_strictly_one_bad_picture_leaves_the_index_alone(own_index, spoilt):
    before = (own_index / "manifest.json").read_bytes()
    words = ("marks", "import", spoilt, "--no-words", "--strict", "--index", own_index)
    found = detector(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"error: {spoilt}:2: {spoilt.parent / 'cut.png'}: ")
    assert (own_index / "manifest.json").read_bytes() == before


def test_an_import_of_a_folder_tells_what_it_left_out(tmp_path):
    folder = tmp_path / "marks"
    (folder / "vex").mkdir(parents=True)
    (folder / "notes").mkdir()
    ring = Image.fromarray(scenes.ring())
    ring.save(folder / "vex" / "front.jfif", format="JPEG")
    ring.save(folder / "a", format="PNG")
    for name in ("vex/mark.toml", "vex/letter.txt", "README.md", "b.csv", "notes/x.txt"):
        (folder / name).touch()
    found = detector("marks", "import", folder, "--no-words", "--index", tmp_path / "index")
    assert found.exit_code == 0
    assert "2 marks imported into " in found.stdout
    assert " from 2 pictures: 2 described." in found.stdout
    assert found.stderr.splitlines() == [
        f"left out (a folder without pictures of marks): {folder / 'notes'}",
        "left out (not a picture, by name and content): "
        f"{folder / 'vex' / 'letter.txt'}, {folder / 'README.md'}, {folder / 'b.csv'}",
    ]


def test_validation_draws_the_views_on_one_page(shop, spoilt, tmp_path):
    out = tmp_path / "views"
    small = tmp_path / "small.png"
    Image.fromarray(scenes.ring()).resize((16, 16)).save(small)
    found = detector("marks", "validate", shop.mark, spoilt, small, "--draw", out)
    assert found.exit_code == 2
    assert f"note: {small}: the mark is too small here" in found.stdout
    assert f"Views: {out / 'marks.html'}" in found.stdout
    page = (out / "marks.html").read_text()
    assert page.index("too small here") < page.index("Norrvik")
    assert f"{spoilt}:4: {spoilt.parent / 'blank.png'}: nothing is drawn" in html.unescape(page)
    pictures = re.findall(r'<img src="([^"]+)" width="(\d+)" height="(\d+)"', page)
    assert len(pictures) >= 3
    for name, width, height in pictures:
        with Image.open(out / name) as image:
            assert image.size == (int(width), int(height))


def test_a_sheet_is_cut_into_views_of_one_mark(tmp_path):
    sign = scenes.emblem_with_word()
    Image.fromarray(np.hstack([sign, sign])).save(tmp_path / "acme.png")
    found = detector("marks", "cut", tmp_path / "acme.png", "--out", tmp_path / "out")
    assert found.exit_code == 0
    assert "2 views of one mark" in found.stdout
    assert "1 marks, nothing wrong." in detector("marks", "validate", tmp_path / "out").stdout
    again = detector("marks", "cut", tmp_path / "out" / "acme__1.png", "--out", tmp_path / "out")
    assert (again.exit_code, "this picture shows one sign" in again.stderr) == (2, True)


def test_an_import_tells_what_it_described(shop, own_index, tmp_path):
    shutil.copy(shop.mark.with_name("norrvik.png"), tmp_path)
    text = shop.mark.read_text()
    copy = tmp_path / "marks.csv"
    for owner, fate in (("Norrvik AS", "unchanged"), ("Somebody", "updated")):
        copy.write_text(text.replace("Norrvik AS", owner))
        found = detector("marks", "import", copy, "--no-words", "--index", own_index)
        assert (found.exit_code, found.stderr) == (0, "")
        assert found.stdout == f"1 marks imported into {own_index} from 1 pictures: 1 {fate}.\n"
    assert "owner: Somebody" in detector("marks", "show", "norrvik", "--index", own_index).stdout


def test_validation_prints_every_problem(shop, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("id,name,kind,image\na,A,lgoo,none.png\nb,B,logo,none.png\n")
    found = detector("marks", "validate", shop.mark, wrong, tmp_path / "none")
    assert found.exit_code == 2
    lines = found.stdout.splitlines()
    assert [line.startswith(f"{wrong}:2: kind: 'lgoo'") for line in lines].count(True) == 1
    assert any(line.startswith(f"{wrong}:3: ") for line in lines)
    assert lines[-1].startswith(f"{tmp_path / 'none'}: there is no such file")
    assert found.stderr == f"{len(lines)} problems.\n"
    good = detector("marks", "validate", shop.mark)
    assert (good.exit_code, good.stdout) == (0, "1 marks, nothing wrong.\n")


def test_a_mark_in_which_nothing_is_drawn_is_refused_everywhere(shop, own_index, tmp_path):
    blank = tmp_path / "blank.png"
    Image.new("RGB", (120, 90), "white").save(blank)
    before = detector("marks", "list", "--index", own_index).stdout
    told = f"{blank}: nothing is drawn in this picture"
    validated = detector("marks", "validate", blank)
    assert (validated.exit_code, told in validated.stdout) == (2, True)
    imported = detector("marks", "import", blank, "--index", own_index)
    assert (imported.exit_code, told in imported.stderr) == (2, True)
    assert detector("marks", "list", "--index", own_index).stdout == before
    compared = detector("compare", blank, shop.copy)
    assert (compared.exit_code, told in compared.stderr) == (2, True)


def test_the_index_is_described(shop):
    found = detector("index", "info", "--index", shop.index)
    assert found.exit_code == 0
    assert "marks: 1\n" in found.stdout
    for channel in ("sift", "orb", "shape", "regions", "hashes", "alignment"):
        assert f"channel {channel}: " in found.stdout


def test_damage_is_found(own_index):
    sound = detector("index", "verify", "--index", own_index)
    assert (sound.exit_code, sound.stdout) == (0, f"{own_index} is sound.\n")
    victim = max(own_index.rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    found = detector("index", "verify", "--index", own_index)
    assert found.exit_code == 2
    assert found.stdout == f"{victim}: the file fails its checksum\n"


def test_an_older_index_is_upgraded(tmp_path):
    folder = version_1("drawn", tmp_path)
    for words in (("marks", "list"), ("marks", "remove", "oonalu"), ("index", "info")):
        found = detector(*words, "--index", folder)
        assert (found.exit_code, found.stdout) == (2, "")
        assert "Run `detector index upgrade`" in found.stderr
    found = detector("index", "upgrade", "--index", folder)
    assert (found.exit_code, found.stdout) == (0, f"1 marks upgraded in {folder}.\n")
    assert "oonalu" in detector("marks", "list", "--index", folder).stdout
    again = detector("index", "upgrade", "--index", folder)
    assert again.exit_code == 2
    assert "format and descriptions already" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("marks", "list"),
        ("marks", "show", "a"),
        ("marks", "remove", "a"),
        ("index", "info"),
        ("index", "verify"),
        ("index", "upgrade"),
        ("check", "a.jpg"),
        ("scan", "a.jpg"),
    ],
)
def test_a_missing_index_is_one_line_everywhere(tmp_path, words):
    found = detector(*words, "--index", tmp_path / "none")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.startswith(f"error: {tmp_path / 'none'}: there is no reference index here")
    assert found.stderr.count("\n") == 1
