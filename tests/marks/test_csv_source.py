from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.errors import MarkError
from detector.marks.csv_source import COLUMNS
from detector.marks.registry import load_marks, read_sources, validate_marks
from detector.records import KINDS

HEADER = ",".join(COLUMNS)


def csv_file(folder: Path, text: str, *pictures: str, encoding: str = "utf-8") -> Path:
    (folder / "pics").mkdir(exist_ok=True)
    for name in pictures or ("a.png", "b.svg"):
        (folder / "pics" / name).touch()
    path = folder / "marks.csv"
    path.write_bytes(text.encode(encoding))
    return path


def problems_of(path: Path) -> list[tuple[str, str]]:
    """The line and message of every problem; each has a remedy and is raised by loading too."""
    problems = validate_marks([path])
    assert all(problem.remedy for problem in problems)
    with pytest.raises(MarkError) as caught:
        load_marks([path])
    assert str(caught.value) == str(problems[0])
    return [(problem.place.removeprefix(f"{path}:"), problem.message) for problem in problems]


def test_every_column_is_read(tmp_path: Path) -> None:
    row = (
        "acme,Acme Rocket,word,pics/a.png,Acme Ltd,25;9,26.1.3;1.5.1,EU 1,2031-05-04,s1;s2,Acme;Ro"
    )
    (source,) = load_marks([csv_file(tmp_path, f"{HEADER}\n{row}\n")])
    mark = source.mark
    assert (mark.id, mark.name, mark.kind, mark.rights.owner) == (
        "acme",
        "Acme Rocket",
        "word",
        "Acme Ltd",
    )
    assert (mark.rights.nice_classes, mark.rights.vienna_codes) == ((25, 9), ("26.1.3", "1.5.1"))
    assert (mark.rights.registration, mark.rights.valid_until) == ("EU 1", date(2031, 5, 4))
    assert mark.rights.authorised_sellers == ("s1", "s2")
    assert mark.words == ("Acme", "Ro")
    assert source.pictures == (tmp_path / "pics" / "a.png",)
    assert source.place == f"{tmp_path / 'marks.csv'}:2"


def test_name_and_kind_may_be_empty_or_missing(tmp_path: Path) -> None:
    for text in ("id,name,kind,image\nacme,,,pics/a.png\n", "id,image\nacme,pics/a.png\n"):
        (source,) = load_marks([csv_file(tmp_path, text)])
        assert (source.mark.name, source.mark.kind) == ("acme", "logo")


def test_rows_with_one_id_are_views_of_one_mark(tmp_path: Path) -> None:
    text = (
        "id,name,image,owner\nb,B,pics/b.svg,\na,A,pics/a.png,X\nb,,pics/a.png,Y\nb,B,pics/b.svg,"
    )
    first, second = load_marks([csv_file(tmp_path, text)])
    assert (first.mark.id, first.mark.name, first.mark.rights.owner) == ("b", "B", "Y")
    assert [picture.name for picture in first.pictures] == ["b.svg", "a.png"]
    assert second.mark.id == "a"


def test_rows_of_one_mark_that_differ_name_both_lines(tmp_path: Path) -> None:
    text = "id,owner,nice_classes,image\na,X,9;25,pics/a.png\na,Y, 9 ; 25,pics/b.svg\n"
    problems = problems_of(csv_file(tmp_path, text))
    assert problems == [("3", "owner differs from line 2, which describes the same mark")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spreadsheet_dialects_are_read(
    tmp_path: Path, delimiter: str, encoding: str, newline: str
) -> None:
    rows = [" ID ", "Name", "image", "nice_classes"], ["é", "Café", "pics/a.png", '"9;25"']
    text = newline.join(delimiter.join(cells) for cells in rows) + newline * 3
    (source,) = load_marks([csv_file(tmp_path, text, encoding=encoding)])
    assert (source.mark.id, source.mark.name, source.mark.rights.nice_classes) == (
        "é",
        "Café",
        (9, 25),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,nmae,image\na,A,pics/a.png\n", ("1", "unknown column 'nmae'")),
        ("id,image,\na,pics/a.png,\n", ("1", "unknown column ''")),
        ("id,image,id\na,pics/a.png,b\n", ("1", "column 'id' comes twice")),
        ("id,name\na,A\n", ("1", "there is no column 'image'")),
        ("name,image\nA,pics/a.png\n", ("1", "there is no column 'id'")),
        ("id,image\n,pics/a.png\n", ("2", "the id is empty")),
        ("id,image\na/b,pics/a.png\n", ("2", "contains a path separator")),
        ("id,image\n..,pics/a.png\n", ("2", "the id is empty")),
        (f"id,image\n{'x' * 129},pics/a.png\n", ("2", "more than 128 characters")),
        ("id,image\na,\n", ("2", "the row names no image")),
        ("id,image\na\n", ("2", "the row names no image")),
        ("id,image\na,pics/c.png\n", ("2", "does not exist")),
        ("id,image\na,pics\n", ("2", "'pics' is not a picture")),
        ("id,image\na,pics/a.psd\n", ("2", "'a.psd' is not a picture")),
        ("id,image\na,pics/a\0.png\n", ("2", "does not exist")),
        ("id,image\n\na,pics/a.png,9,25\n", ("3", "the row has 4 cells, the header 2")),
        ("id,image,kind\na,pics/a.png,lgoo\n", ("2", "kind: 'lgoo' is not a kind")),
        ("id,image,nice_classes\na,pics/a.png,9;99\n", ("2", "nice_classes: '99' is not")),
        ("id,image,valid_until\na,pics/a.png,1.2.31\n", ("2", "valid_until: '1.2.31' is not")),
        ('id,image,name\na,pics/a.png,"x\ny"\n', ("2", "name: contains a line break")),
        ('id,name,image\na,"x\ny",pics/a.png\nb,B,no.png', ("4", "does not exist")),
        ('id,image\na,"pics/a.png\n', ("2", "broken CSV: unexpected end of data")),
        (f"id,image\na,{'x' * 200_000}\n", ("2", "broken CSV: field larger than")),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, text: str, expected: tuple[str, str]) -> None:
    line, message = problems_of(csv_file(tmp_path, text))[-1]
    assert line == expected[0]
    assert expected[1] in message


def test_misspelled_columns_suggest_the_right_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,image,authorized_sellers\na,pics/a.png,s\n")
    (problem,) = validate_marks([path])
    assert problem.remedy == "Did you mean 'authorised_sellers'?"


def test_all_problems_are_told_and_the_right_rows_are_not(tmp_path: Path) -> None:
    text = "id,image,kind\na,no.png,lgoo\nb,pics/a.png,word\n,x.png,\na,pics/a.png,\nc,,\n"
    assert [line for line, _ in problems_of(csv_file(tmp_path, text))] == ["2", "2", "4", "6"]


def test_a_mark_of_which_a_picture_is_missing_has_the_others(tmp_path: Path) -> None:
    text = "id,image\na,pics/a.png\na,no.png\na,pics/b.svg\nc,no.png\n"
    path = csv_file(tmp_path, text)
    found = read_sources([path])
    assert [problem.place for problem in found.problems] == [f"{path}:3", f"{path}:5"]
    (mark,) = found.marks
    assert [picture.name for picture in mark.pictures] == ["a.png", "b.svg"]
    assert mark.place_of(mark.pictures[1]) == f"{path}:4: {mark.pictures[1]}"


def test_marks_before_a_broken_row_are_kept(tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'id,image\na,pics/a.png\nb,"pics/b.svg\n')
    found = read_sources([path])
    assert [source.mark.id for source in found.marks] == ["a"]
    assert [problem.place for problem in found.problems] == [f"{path}:3"]


def test_a_mark_with_a_wrong_row_does_not_take_its_id(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,image,kind\na,pics/a.png\na,pics/a.png,lgoo\n")
    problems = validate_marks([path, tmp_path / "pics" / "a.png"])
    assert [problem.place for problem in problems] == [f"{path}:3"]


def test_files_without_rows_are_told(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,image\n\n , \n")
    assert [problem.message for problem in validate_marks([path])] == ["there are no marks in it"]
    path.write_text("")
    assert {message for _, message in problems_of(path)} == {
        "there is no column 'id'",
        "there is no column 'image'",
    }


def test_other_encodings_name_the_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,image\na,pics/a.png\né,pics/b.svg\n", encoding="latin-1")
    assert problems_of(path) == [("3", "this is not UTF-8 text")]
    assert "CSV UTF-8" in validate_marks([path])[0].remedy


def is_plain(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")


def plain_text(without: str = "") -> st.SearchStrategy[str]:
    letters = st.characters(exclude_characters=without).filter(is_plain)
    return st.text(letters, max_size=12).map(str.strip)


ids = plain_text("/\\").filter(lambda text: text not in ("", ".", ".."))
lists = st.lists(plain_text(";").filter(bool), unique=True, max_size=3)
rows = st.fixed_dictionaries(
    {
        "id": ids,
        "name": plain_text().filter(bool),
        "kind": st.sampled_from(KINDS),
        "owner": plain_text(),
        "nice_classes": st.lists(st.integers(1, 45).map(str), unique=True, max_size=4),
        "vienna_codes": st.lists(st.sampled_from(["1.1.1", "29.01.12"]), unique=True),
        "registration": plain_text(),
        "valid_until": st.none() | st.dates(),
        "authorised_sellers": lists,
        "words": st.lists(st.sampled_from(["Acme", "4711", "Ærø & Co"]), unique=True),
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv")


def cell(value: object) -> str:
    return ";".join(value) if isinstance(value, list) else str(value or "")


@settings(max_examples=200, deadline=None)
@given(
    table=st.lists(rows, min_size=1, max_size=4, unique_by=lambda row: row["id"]),
    columns=st.permutations(COLUMNS),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    folder: Path, table: list[dict[str, object]], columns: list[str], delimiter: str, encoding: str
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, delimiter=delimiter)
    writer.writeheader()
    for row in table:
        writer.writerow(
            {name: cell(value) for name, value in row.items()} | {"image": "pics/a.png"}
        )
    sources = load_marks([csv_file(folder, stream.getvalue(), encoding=encoding)])
    for source, row in zip(sources, table, strict=True):
        mark = source.mark
        assert {
            "id": mark.id,
            "name": mark.name,
            "kind": mark.kind,
            "owner": mark.rights.owner,
            "nice_classes": [str(number) for number in mark.rights.nice_classes],
            "vienna_codes": list(mark.rights.vienna_codes),
            "registration": mark.rights.registration,
            "valid_until": mark.rights.valid_until,
            "authorised_sellers": list(mark.rights.authorised_sellers),
            "words": list(mark.words),
        } == row


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=150), st.sampled_from(["", "id,image\n", "id;name;image\n", HEADER + "\n"]))
@example('a,"b"c\n', "id,image\n")
def test_random_text_gives_marks_or_mark_errors(folder: Path, text: str, header: str) -> None:
    path = folder / "random.csv"
    path.write_bytes((header + text).encode("utf-8", "surrogatepass"))
    problems = validate_marks([path])
    assert problems
    for problem in problems:
        assert problem.place.startswith(str(path))
        assert problem.remedy
