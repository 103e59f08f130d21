from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import MarkError
from detector.marks.fields import check_id, slug
from detector.marks.registry import (
    READERS,
    MarkSource,
    SourceReader,
    load_marks,
    read_sources,
    validate_marks,
)
from detector.pictures.formats import PHOTO_SUFFIXES
from detector.records import Mark

GUIDE = Path(__file__).parents[2] / "docs" / "marks.md"


def files(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def summary(sources: list[MarkSource]) -> dict[str, list[str]]:
    return {source.mark.id: [path.name for path in source.pictures] for source in sources}


def messages(*sources: Path) -> list[str]:
    return [problem.message for problem in validate_marks(sources)]


def test_numbered_pictures_are_views_of_one_mark(tmp_path: Path) -> None:
    files(tmp_path, "brand__10.png", "brand__2.svg", "brand.jpg", "other_1.png", "x__y.png")
    assert summary(load_marks([tmp_path])) == {
        "brand": ["brand.jpg", "brand__2.svg", "brand__10.png"],
        "other_1": ["other_1.png"],
        "x__y": ["x__y.png"],
    }


def test_plain_pictures_are_named_after_their_file(tmp_path: Path) -> None:
    files(tmp_path, "Café & Söhne (2).PNG")
    (source,) = load_marks([tmp_path])
    assert source.mark.id == "café-söhne-2"
    assert source.mark.name == "Café & Söhne (2)"
    assert source.mark.kind == "logo"
    assert source.place == str(tmp_path / "Café & Söhne (2).PNG")


def test_one_picture_is_one_mark(tmp_path: Path) -> None:
    files(tmp_path, "Acme.svg", "other.png")
    assert summary(load_marks([tmp_path / "Acme.svg"])) == {"acme": ["Acme.svg"]}


def test_mark_folders_and_loose_pictures_load_together(tmp_path: Path) -> None:
    files(tmp_path, "b/mark.toml", "b/1.png", "b/2.png", "a.png", "c/mark.toml", "c/x.svg")
    files(tmp_path, "README.md", "labels.csv", ".hidden/mark.toml", ".hidden.png", "notes/x.txt")
    assert summary(load_marks([tmp_path])) == {
        "b": ["1.png", "2.png"],
        "c": ["x.svg"],
        "a": ["a.png"],
    }
    assert messages(tmp_path) == []


def test_a_mark_folder_may_be_given_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(tmp_path, "acme/mark.toml", "acme/a.png", "acme/deeper/b.png")
    for source in (tmp_path / "acme", tmp_path / "acme" / "mark.toml"):
        assert summary(load_marks([source])) == {"acme": ["a.png"]}
    monkeypatch.chdir(tmp_path / "acme")
    assert summary(load_marks([Path()])) == {"acme": ["a.png"]}


def test_several_sources_keep_their_order(tmp_path: Path) -> None:
    files(tmp_path, "z/mark.toml", "z/z.png", "pictures/a.png", "k.png")
    (tmp_path / "marks.csv").write_text("id,image\nm,k.png\n")
    sources = [tmp_path / name for name in ("z", "marks.csv", "pictures", "k.png")]
    assert list(summary(load_marks(sources))) == ["z", "m", "a", "k"]


def test_pictures_in_a_folder_without_mark_file_are_not_missed(tmp_path: Path) -> None:
    files(tmp_path, "a.png", "acme/front.png", "group/deep/mark.toml")
    assert messages(tmp_path) == ["the folder holds pictures but no mark.toml"] * 2
    assert [problem.place for problem in validate_marks([tmp_path])] == [
        str(tmp_path / "acme"),
        str(tmp_path / "group"),
    ]


def test_drawings_of_other_programs_are_not_missed(tmp_path: Path) -> None:
    files(tmp_path, "a.png", "b.psd", "c.jxl", "d.txt")
    assert messages(tmp_path) == [
        "'b.psd' is not a picture that can be read",
        "'c.jxl' is not a picture that can be read",
    ]


@pytest.mark.parametrize("suffix", PHOTO_SUFFIXES)
def test_a_mark_may_be_named_like_any_photo(tmp_path: Path, suffix: str) -> None:
    files(tmp_path, f"acme{suffix.upper()}")
    assert summary(load_marks([tmp_path])) == {"acme": [f"acme{suffix.upper()}"]}


GIF = b"GIF89a\1\0\1\0\0\0\0;"


@pytest.mark.parametrize("name", ["acme", "acme.bin", "acme.jpg_Q90", "acme.v2"])
def test_a_mark_whose_name_says_nothing_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    files(tmp_path, "mark/mark.toml", f"mark/{name}", name)
    for path in (tmp_path / name, tmp_path / "mark" / name):
        path.write_bytes(GIF)
    (tmp_path / "marks.csv").write_text(f"id,image\nm,{name}\n")
    for source in (tmp_path / "mark", tmp_path / "marks.csv", tmp_path / name):
        (mark,) = load_marks([source])
        assert [path.name for path in mark.pictures] == [name]


def test_what_is_left_out_of_a_folder_is_told(tmp_path: Path) -> None:
    files(tmp_path, "a.png", "notes.txt", "empty/x.txt", "b/mark.toml", "b/1.png", "b/more/2.png")
    files(tmp_path, ".hidden")
    found = read_sources([tmp_path])
    assert summary(found.marks) == {"b": ["1.png"], "a": ["a.png"]}
    assert {note.place: note.message for note in found.notes} == {
        str(tmp_path / "notes.txt"): "not a picture, by name and content",
        str(tmp_path / "empty"): "a folder without pictures of marks",
        str(tmp_path / "b" / "more"): "a folder inside the folder of a mark",
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "there is no such file or folder"),
        ("empty", "there are no marks in it"),
        ("notes.txt", "'notes.txt' is not a picture that can be read"),
        ("logo.psd", "'logo.psd' is not a picture that can be read"),
        ("nothing\0.png", "there is no such file or folder"),
    ],
)
def test_a_source_without_marks_is_a_problem(tmp_path: Path, name: str, message: str) -> None:
    files(tmp_path, "empty/readme.md", "notes.txt", "logo.psd")
    assert messages(tmp_path / name) == [message]
    with pytest.raises(MarkError) as caught:
        load_marks([tmp_path / name])
    assert caught.value.place == str(tmp_path / name)
    assert caught.value.remedy


def test_an_id_given_twice_names_both_places(tmp_path: Path) -> None:
    files(tmp_path, "one/acme/mark.toml", "one/acme/a.png", "two/ACME.png", "two/Acme!.png")
    (tmp_path / "marks.csv").write_text("id,image\nacme,two/ACME.png\n")
    problems = validate_marks([tmp_path / "one", tmp_path / "two", tmp_path / "marks.csv"])
    first = f"the id 'acme' was already given by {tmp_path / 'one' / 'acme' / 'mark.toml'}"
    assert [problem.message for problem in problems] == [first] * 3
    assert [Path(problem.place).name for problem in problems] == [
        "ACME.png",
        "Acme!.png",
        "marks.csv:2",
    ]
    with pytest.raises(MarkError, match="already given"):
        load_marks([tmp_path / "one", tmp_path / "one"])


def test_a_file_name_without_letters_is_a_problem(tmp_path: Path) -> None:
    files(tmp_path, "!!!.png", f"{'x' * 200}.png")
    (problem,) = validate_marks([tmp_path])
    assert (problem.message, problem.remedy) == ("the id is empty", "Rename the file.")
    assert Path(problem.place).name == "!!!.png"


def test_a_file_name_that_is_not_text_is_a_problem(tmp_path: Path) -> None:
    files(tmp_path, "a.png")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.png")).touch()
    assert messages(tmp_path) == ["name: contains a line break, tab or control character"]


def test_loading_looks_at_no_pixels(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture")
    assert messages(tmp_path) == []


def test_a_kind_of_source_is_one_reader(tmp_path: Path) -> None:
    files(tmp_path, "a.png", "k.png")
    (tmp_path / "marks.toy").write_text("acme a.png\n")

    def read(path: Path) -> Iterator[MarkSource | MarkError]:
        for line in path.read_text().splitlines():
            mark_id, picture = line.split()
            yield MarkSource(Mark(mark_id, mark_id), (path.parent / picture,), str(path))

    readers = (SourceReader(lambda path: path.suffix == ".toy", read), *READERS)
    sources = [tmp_path / "marks.toy", tmp_path / "k.png"]
    assert summary(load_marks(sources, readers)) == {"acme": ["a.png"], "k": ["k.png"]}
    assert validate_marks(sources, readers=readers) == []
    assert messages(*sources) == ["'marks.toy' is not a picture that can be read"]
    (tmp_path / "marks.toy").write_text("one\n")
    (problem,) = validate_marks(sources, readers=readers)
    assert problem.message.startswith("cannot be read: not enough values")


@given(st.text(max_size=200))
def test_slugs_are_ids_or_empty(text: str) -> None:
    made = slug(text)
    if made:
        assert check_id(made) == made
        assert slug(made) == made


def test_the_examples_of_the_guide_are_right(tmp_path: Path) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    toml, *_ = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (table,) = re.findall(r"```csv\n(.*?)```", guide, re.DOTALL)
    files(tmp_path, "acme/front.svg", "acme/word-only.png")
    (tmp_path / "acme" / "mark.toml").write_text(toml, encoding="utf-8")
    for image in re.findall(r"\w+/[\w-]+\.\w+", table):
        files(tmp_path, image)
    (tmp_path / "marks.csv").write_text(table, encoding="utf-8")
    assert messages(tmp_path / "acme") == []
    assert messages(tmp_path / "marks.csv") == []


def test_the_messages_in_the_guide_are_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files(Path(), "marks/acme/mark.toml", "marks/dots/mark.toml", "marks/dots/a.png", "a.png")
    Path("marks/acme/mark.toml").write_text(
        '\nkind = "lgoo"\n\nnice_classes = [46]\n\n\n\n\nviews = ["front.png"]\n'
    )
    rows = ["id,image,owner,authorized_sellers", "", "other,a.png,X", "", "", ""]
    rows += ["other,a.png,Y", "", "dots,a.png"]
    Path("marks.csv").write_text("\n".join(rows))
    said = [str(problem) for problem in validate_marks([Path("marks"), Path("marks.csv")])]
    (sample,) = re.findall(r"```\n(marks/acme/mark\.toml:2: .*?)```", GUIDE.read_text(), re.DOTALL)
    assert sample.splitlines() == said
