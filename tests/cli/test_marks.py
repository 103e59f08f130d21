from __future__ import annotations

import os
import shutil

import pytest
from click.testing import CliRunner
from PIL import Image

from detector.cli.exit_status import BROKEN_PIPE, FAILED, FOUND, INTERRUPTED, NOTHING
from detector.cli.main import main
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
    found = detector("marks", "import", shop.mark, wrong, "--index", own_index)
    assert found.exit_code == 2
    assert found.stderr.startswith(f"error: {wrong}:")
    assert (own_index / "manifest.json").read_bytes() == before
    new = tmp_path / "new"
    assert detector("marks", "import", wrong, "--index", new).exit_code == 2
    assert not new.exists()


def test_an_import_tells_what_it_described(shop, own_index, tmp_path):
    shutil.copy(shop.mark.with_name("norrvik.png"), tmp_path)
    text = shop.mark.read_text()
    copy = tmp_path / "marks.csv"
    for owner, fate in (("Norrvik AS", "unchanged"), ("Somebody", "updated")):
        copy.write_text(text.replace("Norrvik AS", owner))
        found = detector("marks", "import", copy, "--no-words", "--index", own_index)
        assert (found.exit_code, found.stderr) == (0, "")
        assert found.stdout == f"1 marks imported into {own_index}: 1 {fate}.\n"
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
    assert "not of an older version" in again.stderr


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
