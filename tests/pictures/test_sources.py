from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.pictures.sources import LeftOut, as_on_disk, find_pictures


def lay_out(folder: Path, *names: str) -> None:
    """Make these files, with the folders they lie in."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def found(folder: Path, *paths: str) -> list[str]:
    """What is found under a folder, as names relative to it."""
    result = find_pictures([folder / path for path in paths])
    return [path.relative_to(folder).as_posix() for path in result]


def test_folders_are_walked_in_order_of_name(tmp_path: Path) -> None:
    lay_out(tmp_path, "b.jpg", "a/2.png", "a/1.png", "c.jpg", "a/z/0.png", "B.jpg")
    expected = ["B.jpg", "a/1.png", "a/2.png", "a/z/0.png", "b.jpg", "c.jpg"]
    assert found(tmp_path, ".") == expected


def test_companions_are_left_out_only_when_nobody_named_them(tmp_path: Path) -> None:
    names = ["x.csv", "x.txt", "x.JSON", "x.jsonl", "x.toml", "x.md", "x.svg", "x.html"]
    lay_out(tmp_path, "x.jpg", "x.mp4", *names)
    assert found(tmp_path, ".") == ["x.jpg", "x.mp4"]
    assert found(tmp_path, "x.csv", "x.svg") == ["x.csv", "x.svg"]
    assert found(tmp_path, ".", "x.txt") == ["x.jpg", "x.mp4", "x.txt"]


def test_drawings_and_folders_of_thumbnails_are_left_out_and_told(tmp_path: Path) -> None:
    names = ["a.jpg", "a.svg", "@eaDir/a.jpg/S.jpg", "s/@eaDir/b.jpg", "s/.@__thumb/b.jpg"]
    lay_out(tmp_path, *names, "s/b.jpg", "__MACOSX/s/b.jpg")
    left_out = LeftOut()
    assert [path.name for path in find_pictures([tmp_path], left_out)] == ["a.jpg", "b.jpg"]
    assert [path.name for path in left_out.drawings] == ["a.svg"]
    folders = [path.relative_to(tmp_path).as_posix() for path in left_out.thumbnails]
    assert folders == ["@eaDir", "__MACOSX", "s/.@__thumb", "s/@eaDir"]
    assert found(tmp_path, "**/*.jpg") == ["a.jpg", "s/b.jpg"]
    assert found(tmp_path, "@eaDir", "s/@eaDir/*") == ["@eaDir/a.jpg/S.jpg", "s/@eaDir/b.jpg"]


def test_a_folder_may_be_called_like_a_companion(tmp_path: Path) -> None:
    lay_out(tmp_path, "site.html/a.jpg")
    assert found(tmp_path, ".") == ["site.html/a.jpg"]


def test_hidden_entries_are_left_out_of_folders(tmp_path: Path) -> None:
    lay_out(tmp_path, ".a.jpg", ".git/b.jpg", "c.jpg")
    assert found(tmp_path, ".") == ["c.jpg"]
    assert found(tmp_path, ".a.jpg", ".git") == [".a.jpg", ".git/b.jpg"]


def test_arguments_keep_their_order_and_come_once(tmp_path: Path) -> None:
    lay_out(tmp_path, "a.jpg", "b.jpg", "s/c.jpg")
    assert found(tmp_path, "b.jpg", ".", "a.jpg") == ["b.jpg", "a.jpg", "s/c.jpg"]
    assert found(tmp_path, "s", "s/../a.jpg", "a.jpg", "s") == ["s/c.jpg", "s/../a.jpg"]


def test_patterns_are_expanded(tmp_path: Path) -> None:
    lay_out(tmp_path, "b.jpg", "a.jpg", "a.png", "s/c.jpg", "s/t/d.jpg", ".h.jpg", ".s/e.jpg")
    assert found(tmp_path, "*.jpg") == ["a.jpg", "b.jpg"]
    assert found(tmp_path, "**/*.jpg") == ["a.jpg", "b.jpg", "s/c.jpg", "s/t/d.jpg"]
    assert found(tmp_path, "?") == ["s/c.jpg", "s/t/d.jpg"]
    assert found(tmp_path, ".s/*.jpg") == [".s/e.jpg"]
    assert found(tmp_path, "[ab].png") == ["a.png"]


def test_patterns_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, "s/a.jpg", "b.jpg")
    monkeypatch.chdir(tmp_path / "s")
    assert list(find_pictures([Path("*.jpg"), Path("../*.jpg")])) == [
        Path("a.jpg"),
        Path("../b.jpg"),
    ]


def test_what_does_not_exist_is_yielded(tmp_path: Path) -> None:
    names = ["missing.jpg", "*.nothing", "a**b", "[", "s/missing/x.png"]
    assert found(tmp_path, *names) == names


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    lay_out(tmp_path, "a[1].jpg", "a1.jpg")
    assert found(tmp_path, "a[1].jpg") == ["a[1].jpg"]


def test_a_pattern_below_a_folder_whose_name_looks_like_one(tmp_path: Path) -> None:
    lay_out(tmp_path, "shoes [2024]/a.jpg", "shoes [2024]/s/b.jpg", "shoes 2/c.jpg", "x/a[1]/d.jpg")
    assert found(tmp_path, "shoes [2024]/*.jpg") == ["shoes [2024]/a.jpg"]
    assert found(tmp_path, "shoes [2024]/**/*.jpg") == [
        "shoes [2024]/a.jpg",
        "shoes [2024]/s/b.jpg",
    ]
    assert found(tmp_path, "?/a[1]/*.jpg") == ["x/a[1]/d.jpg"]
    assert found(tmp_path, "shoes [12]/*.jpg") == ["shoes 2/c.jpg"]


@pytest.mark.parametrize(("told", "lies"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_are_found_in_either_normal_form(tmp_path: Path, told: str, lies: str) -> None:
    there = unicodedata.normalize(lies, "bücher/müg.jpg")
    lay_out(tmp_path, there)
    for name in ("bücher/müg.jpg", "bücher/mü*.jpg", "*/müg.jpg", "bücher"):
        assert found(tmp_path, unicodedata.normalize(told, name)) == [there]


def test_backslashes_separate_folders_where_no_file_is_so_called(tmp_path: Path) -> None:
    lay_out(tmp_path, "s/a.jpg", "b\\c.jpg")
    assert as_on_disk(tmp_path / "s\\a.jpg") == tmp_path / "s" / "a.jpg"
    assert as_on_disk(tmp_path / "b\\c.jpg") == tmp_path / "b\\c.jpg"
    assert as_on_disk(tmp_path / "b\\d.jpg") == tmp_path / "b\\d.jpg"


def test_a_pattern_follows_links_to_folders(tmp_path: Path) -> None:
    lay_out(tmp_path, "real/a.jpg", "shop/b.jpg")
    (tmp_path / "shop" / "c").symlink_to(tmp_path / "real")
    (tmp_path / "shop" / "d").symlink_to(tmp_path / "shop")
    assert found(tmp_path, "shop/**/*.jpg") == ["shop/b.jpg", "shop/c/a.jpg"]


def test_folders_of_drives_that_number_all_files_alike_are_all_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, "a.jpg", "s/b.jpg", "t/c.jpg")
    stat = Path.stat

    def unnumbered(path: Path, **options: bool) -> os.stat_result:
        return os.stat_result((stat(path, **options)[0], 0, *stat(path, **options)[2:10]))

    monkeypatch.setattr(Path, "stat", unnumbered)
    assert found(tmp_path, ".") == ["a.jpg", "s/b.jpg", "t/c.jpg"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    lay_out(tmp_path, "s/a.jpg")
    (tmp_path / "s" / "back").symlink_to(tmp_path)
    (tmp_path / "s" / "self").symlink_to(tmp_path / "s" / "self")
    assert found(tmp_path, ".") == ["s/a.jpg"]


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    lay_out(tmp_path, "real/a.jpg", "shop/b.jpg")
    (tmp_path / "shop" / "c.jpg").symlink_to(tmp_path / "real" / "a.jpg")
    (tmp_path / "shop" / "d").symlink_to(tmp_path / "real")
    (tmp_path / "shop" / "e.jpg").symlink_to(tmp_path / "gone.jpg")
    assert found(tmp_path, "shop") == ["shop/b.jpg", "shop/c.jpg", "shop/d/a.jpg", "shop/e.jpg"]


def test_a_folder_that_may_not_be_listed_is_yielded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, "a.jpg", "closed/b.jpg")
    listdir = os.listdir

    def forbid(path: str) -> list[str]:  # chmod does not stop root, who may run the tests
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", forbid)
    assert found(tmp_path, ".") == ["a.jpg", "closed"]


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=20), max_size=4))
def test_any_missing_names_are_yielded_without_an_exception(names: list[str]) -> None:
    root = Path("no-such-folder")
    paths = [root / "x" / name.replace("/", "_") for name in names]
    assert {str(path) for path in find_pictures(paths)} <= {str(path) for path in paths}
