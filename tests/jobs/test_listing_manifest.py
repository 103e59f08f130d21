from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.errors import MissingExtra, UsageError
from detector.jobs.listing_manifest import (
    COLUMNS,
    TEXTS,
    is_listing_manifest,
    read_listing_manifest,
)
from detector.jobs.runner import scan
from detector.records import Submission

from .shop import CONFIG, lines, photos
from .standin import examine

IN_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
PATH = CELL.map(lambda text: f"p{text}")
NAMES = ("path", *TEXTS, "external_id")
ROWS = st.lists(st.fixed_dictionaries({**dict.fromkeys(NAMES, CELL), "path": PATH}), max_size=6)


def submission(row: dict[str, str], folder: Path) -> Submission:
    """What a row of texts says."""
    return Submission(folder / row["path"], **{name: row[name] for name in NAMES[1:]})


def manifest(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@IN_FOLDER
@given(ROWS, st.sampled_from(",;\t"), st.permutations([*COLUMNS, "price"]))
def test_a_csv_says_what_was_written(tmp_path, rows, separator, columns):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="9", delimiter=separator)
    writer.writeheader()
    writer.writerows({**row, "classes": " "} for row in rows)
    found = read_listing_manifest(manifest(tmp_path, "\ufeff" + file.getvalue()))
    wanted = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    assert found == [submission(row, tmp_path) for row in wanted]


@IN_FOLDER
@given(ROWS, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_json_lines_say_what_was_written(tmp_path, rows, ascii_only, end):
    told = ({**row, "price": 9} for row in rows)
    text = end.join(json.dumps(row, ensure_ascii=ascii_only) for row in told)
    found = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    assert found == [submission(row, tmp_path) for row in rows]


@IN_FOLDER
@given(
    st.sampled_from(["list.csv", "list.jsonl"]),
    st.sampled_from([b"", b"path\n", b'{"path":']),
    st.text(alphabet='pathtitle,;"{}[]:\n\r\t1 é', max_size=60).map(str.encode)
    | st.binary(max_size=30),
)
def test_any_file_is_read_or_refused_with_a_place(tmp_path, name, start, rest):
    path, refused = manifest(tmp_path, start + rest, name), None
    try:
        read_listing_manifest(path)
    except UsageError as error:
        refused = error
    assert refused is None or refused.place.startswith(str(path))
    assert refused is None or refused.remedy


def test_only_the_path_is_needed(tmp_path):
    alone = [Submission(tmp_path / "a.jpg")]
    assert read_listing_manifest(manifest(tmp_path, "PATH\na.jpg\n\n")) == alone
    assert read_listing_manifest(manifest(tmp_path, "path,title\na.jpg\n")) == alone
    told = '{"path": "a.jpg", "title": null}'
    assert read_listing_manifest(manifest(tmp_path, told, "a.jsonl")) == alone
    assert read_listing_manifest(manifest(tmp_path, "", "b.jsonl")) == []
    (far,) = read_listing_manifest(manifest(tmp_path, f"path\n{tmp_path / 'x' / 'a.jpg'}\n"))
    assert far.photo == tmp_path / "x" / "a.jpg"


@pytest.mark.parametrize(
    ("name", "text", "place", "message"),
    [
        ("a.csv", "", ":1", "no column 'path'"),
        ("a.csv", "title\nMug\n", ":1", "no column 'path'"),
        ("a.csv", "path,title,title\n", ":1", "'title' comes twice"),
        ("a.csv", "path,id,id\n", ":1", "'id' comes twice"),
        ("a.jsonl", '{"path": "a", "external_id": true}', ":1", "'external_id' is not a text"),
        ("a.csv", "path,title\na.jpg,x\n,Mug\n", ":3", "names no photo"),
        ("a.csv", "path,title\na.jpg,big, red\n", ":2", "has 3 cells, the header 2"),
        ("a.csv", 'path,title\n"a.jpg,x\n', ":2", "broken CSV"),
        ("a.csv", b"path\n\xff\n", ":2", "not UTF-8"),
        ("a.jsonl", '{"path": "a.jpg"}\n{"path"\n', ":2", "not a JSON object"),
        ("a.jsonl", '\n["a.jpg"]\n', ":2", "not a JSON object"),
        ("a.jsonl", "[" * 100_000, ":1", "not a JSON object"),
        ("a.jsonl", '{"title": "Mug"}', ":1", "names no photo"),
        ("a.jsonl", '{"path": 7}', ":1", "'path' is not a text"),
        ("a.jsonl", '{"path": "a", "seller": 0}', ":1", "'seller' is not a text"),
        ("a.csv", "path,classes\na.jpg,9\na.jpg,9;46\n", ":3", "classes: '46' is not a Nice class"),
        ("a.csv", "path,classes\na.jpg,shoes\n", ":2", "classes: 'shoes' is not a Nice class"),
        ("a.csv", "path,classes\na.jpg,9,25\n", ":2", "has 3 cells, the header 2"),
        ("a.jsonl", '{"path": "a", "classes": [9, 0]}', ":1", "classes: 0 is not a Nice class"),
        ("a.jsonl", '{"path": "a", "classes": 2.5}', ":1", "classes: must be a list"),
        ("a.jsonl", '{"path": "a", "classes": [true]}', ":1", "classes: true or false is not"),
    ],
)
def test_a_bad_manifest_says_where_and_what_to_do(tmp_path, name, text, place, message):
    path = manifest(tmp_path, text, name)
    with pytest.raises(UsageError, match=message) as caught:
        read_listing_manifest(path)
    assert caught.value.place == f"{path}{place}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("cell", "classes"),
    [("", ()), ("9", (9,)), ("9;25", (9, 25)), ('"9, 25"', (9, 25)), (" 09 ; 9 ", (9,))],
)
def test_classes_in_a_csv(tmp_path, cell, classes):
    (found,) = read_listing_manifest(manifest(tmp_path, f"path,classes,title\na.jpg,{cell},\n"))
    assert found == Submission(tmp_path / "a.jpg", classes=classes)


@pytest.mark.parametrize(
    ("told", "classes"),
    [(None, ()), ([], ()), (9, (9,)), ([9, 25, 9], (9, 25)), ("9,25", (9, 25)), (["9"], (9,))],
)
def test_classes_in_json_lines(tmp_path, told, classes):
    text = json.dumps({"path": "a.jpg", "classes": told})
    (found,) = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    assert found == Submission(tmp_path / "a.jpg", classes=classes)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"id": "x"}, "x"),
        ({"id": 17}, "17"),
        ({"external_id": "e", "id": "x"}, "e"),
        ({"external_id": 0}, "0"),
        ({"id": None}, ""),
    ],
)
def test_rows_have_the_callers_own_names(tmp_path, row, name):
    text = json.dumps({"path": "a.jpg", **row})
    (found,) = read_listing_manifest(manifest(tmp_path, text, "list.jsonl"))
    assert found == Submission(tmp_path / "a.jpg", external_id=name)
    if "external_id" not in row:
        (found,) = read_listing_manifest(manifest(tmp_path, f"id,path\n{name},a.jpg\n"))
        assert found.external_id == name


def test_a_manifest_that_is_not_there_is_an_error(tmp_path):
    assert is_listing_manifest(tmp_path / "none.csv")
    with pytest.raises(UsageError, match=r"none\.csv"):
        read_listing_manifest(tmp_path / "none.csv")


def test_what_is_a_manifest(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    assert is_listing_manifest(Path("a/LIST.JSONL"))
    assert not is_listing_manifest(tmp_path / "folder.csv")
    assert not is_listing_manifest(Path("a.jpg"))


def test_every_row_is_an_answer_in_order(tmp_path):
    one, two = photos(tmp_path, "a.jpg", "b.jpg")
    told = [
        {"path": "b.jpg", "title": "Mug"},
        {"path": "none.jpg"},
        {"path": "a.jpg"},
        {"path": "\ud800\0.jpg"},
        {"path": "b.jpg", "title": "Cup"},
    ]
    path = manifest(tmp_path, "\n".join(map(json.dumps, told)), "list.jsonl")

    def answers(jobs):
        with closing(
            scan(read_listing_manifest(path), CONFIG, jobs=jobs, examine=examine)
        ) as listings:
            return list(listings)

    alone = answers(1)
    wanted = [two, tmp_path / "none.jpg", one, tmp_path / "\ud800\0.jpg", two]
    assert [listing.path for listing in alone] == [str(one) for one in wanted]
    assert [listing.status for listing in alone] == ["ok", "error", "ok", "error", "ok"]
    assert lines(answers(2)) == lines(alone)


def test_texts_need_the_extra_before_anything_is_examined(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anyascii", None)
    assert read_listing_manifest(manifest(tmp_path, "path,seller\na.jpg,me\n"))
    with pytest.raises(MissingExtra, match=r"detector\[words\]"):
        read_listing_manifest(manifest(tmp_path, "path,title\na.jpg,Mug\n"))
