from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.errors import MarkError
from detector.marks.registry import load_marks, validate_marks
from detector.marks.toml_source import KEYS

FULL = """\
name = "Acme Rocket"
kind = "word"
owner = "Acme Ltd"
nice_classes = [25, 9]
vienna_codes = ["26.1.3", "01.05.1"]
registration = "EU 123"
valid_until = 2031-05-04
authorised_sellers = ["shop-1", "shop-2"]
words = ["Acme", "Rocket & Co"]
views = ["b.png", "a.svg"]
"""


def mark_folder(folder: Path, toml: str, *pictures: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "mark.toml").write_text(toml, encoding="utf-8")
    for name in pictures:
        (folder / name).touch()
    return folder


def only_problem(source: Path) -> MarkError:
    (problem,) = validate_marks([source])
    with pytest.raises(MarkError) as caught:
        load_marks([source])
    assert str(caught.value) == str(problem)
    return problem


def test_every_key_is_read(tmp_path: Path) -> None:
    folder = mark_folder(tmp_path / "acme", FULL, "a.svg", "b.png", "c.jpg")
    (source,) = load_marks([folder])
    mark = source.mark
    assert (mark.id, mark.name, mark.kind) == ("acme", "Acme Rocket", "word")
    assert (mark.rights.owner, mark.rights.registration) == ("Acme Ltd", "EU 123")
    assert mark.rights.nice_classes == (25, 9)
    assert mark.rights.vienna_codes == ("26.01.03", "01.05.01")
    assert mark.rights.valid_until == date(2031, 5, 4)
    assert mark.rights.authorised_sellers == ("shop-1", "shop-2")
    assert mark.words == ("Acme", "Rocket & Co")
    assert source.pictures == (folder / "b.png", folder / "a.svg")
    assert source.place == str(folder / "mark.toml")
    assert validate_marks([folder]) == []


def test_an_empty_file_is_enough(tmp_path: Path) -> None:
    pictures = ["b.PNG", "a.webp", "c.jpeg", "notes.txt", ".hidden.png"]
    folder = mark_folder(tmp_path / "acme", "", *pictures)
    (source,) = load_marks([folder])
    assert (source.mark.id, source.mark.name, source.mark.kind) == ("acme", "acme", "logo")
    assert [picture.name for picture in source.pictures] == ["a.webp", "b.PNG", "c.jpeg"]


@pytest.mark.parametrize(
    ("given_text", "field", "expected"),
    [
        ("nice_classes = 25", "nice_classes", (25,)),
        ('nice_classes = "25; 9; 25"', "nice_classes", (25, 9)),
        ('authorised_sellers = "a;b"', "authorised_sellers", ("a", "b")),
        ('words = "Acme; Acme; Rocket"', "words", ("Acme", "Rocket")),
        ("words = 4711", "words", ("4711",)),
        ("registration = 123456", "registration", "123456"),
        ('valid_until = "2031-05-04"', "valid_until", date(2031, 5, 4)),
        ('valid_until = ""', "valid_until", None),
        ('kind = ""', "kind", "logo"),
        ('kind = "Pattern"', "kind", "pattern"),
        ('name = "  "', "name", "acme"),
    ],
)
def test_harmless_spellings_are_understood(
    tmp_path: Path, given_text: str, field: str, expected: object
) -> None:
    (source,) = load_marks([mark_folder(tmp_path / "acme", given_text, "a.png")])
    holder = source.mark if hasattr(source.mark, field) else source.mark.rights
    assert getattr(holder, field) == expected


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ('nmae = "Acme"', "unknown key 'nmae'", "Did you mean 'name'?"),
        ("zzz = 1", "unknown key 'zzz'", "Known are: name, kind"),
        ('id = "acme"', "unknown key 'id'", "name of the folder is the id"),
        ('image = "a.png"', "unknown key 'image'", "views ="),
        ("name = [1]", "name: must be text, not a list", "quotes"),
        ('name = "two\\nlines"', "name: contains a line break", "one line"),
        ('owner = "\\u001b[31m"', "owner: contains a line break, tab or control", "one line"),
        (f'owner = "{"x" * 1001}"', "owner: has more than 1,000", "Shorten"),
        ('kind = "logos"', "kind: 'logos' is not a kind", "Did you mean 'logo'?"),
        ('kind = "zzz"', "kind: 'zzz' is not a kind", "logo, word, design, pattern, ignore"),
        ("nice_classes = [46]", "nice_classes: 46 is not a Nice class", "1 to 45"),
        ("nice_classes = [0]", "nice_classes: 0 is not a Nice class", "1 to 45"),
        ("nice_classes = [true]", "nice_classes: true or false is not", "1 to 45"),
        ("nice_classes = 2.5", "nice_classes: must be a list, not a fraction", "TOML"),
        ('vienna_codes = ["30.1.1"]', "vienna_codes: '30.1.1' is not a Vienna", "26.1.3"),
        ('vienna_codes = ["26"]', "vienna_codes: '26' is not a Vienna code", "26.1.3"),
        ('vienna_codes = ["26118"]', "vienna_codes: '26118' is not a Vienna code", "26.1.3"),
        ('vienna_codes = ["26.1.3.4"]', "vienna_codes: '26.1.3.4' is not a Vienna", "26.1.3"),
        ('vienna_codes = ["26.118"]', "vienna_codes: '26.118' is not a Vienna", "26.1.3"),
        ('locarno_classes = ["33-01"]', "locarno_classes: '33-01' is not a Locarno", "08-05"),
        ('locarno_classes = ["8"]', "locarno_classes: '8' is not a Locarno class", "08-05"),
        ('locarno_classes = ["08-05-01"]', "locarno_classes: '08-05-01' is not", "08-05"),
        ('valid_until = "04.05.2031"', "valid_until: '04.05.2031' is not a date", "2031-05-04"),
        ('valid_until = "2031-02-30"', "valid_until: '2031-02-30' is not in", "2031-05-04"),
        ("valid_until = 2031-05-04T10:00:00", "valid_until: a datetime is not a", "2031-05-04"),
        ("authorised_sellers = [{}]", "authorised_sellers: must be text, not a table", "quotes"),
        ('words = ["?!"]', "words: '?!' is too short for a word", "as people read it"),
        ('words = ["A"]', "words: 'A' is too short for a word", "as people read it"),
        (f'words = ["{"x" * 61}"]', "has more than 60 characters", "as people read it"),
        ("words = 2.5", "words: must be a list, not a fraction", "TOML"),
        ("[owner]", "owner: must be text, not a table", "quotes"),
        ('owner.name = "x"', "owner: must be text, not a table", "quotes"),
        ("views = []", "views: must be a list of files", "remove the line"),
        ("views = [1]", "views: must be a list of files", "remove the line"),
        ('views = ["b.png"]', "b.png' does not exist", "Correct the path"),
        ('views = ["a.docx"]', "'a.docx' is not a picture", "PNG"),
        ('views = ["a\\u0000.png"]', "does not exist", "Correct the path"),
        (f'views = ["{"x" * 5000}.png"]', "does not exist", "Correct the path"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(
    tmp_path: Path, line: str, message: str, remedy: str
) -> None:
    folder = mark_folder(tmp_path / "acme", f'# the mark\nregistration = "1"\n{line}\n', "a.png")
    problem = only_problem(folder)
    assert problem.place == f"{folder / 'mark.toml'}:3"
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("a = 1\nname = \n", 2),
        ('name = "x"\nname = "y"\n', 2),
        ('\n\nviews = ["a.png",', 3),
        ("nice_classes = " + "[" * 5000, 1),
        ("registration = " + "9" * 5000, 1),
    ],
)
def test_broken_toml_names_the_line(tmp_path: Path, toml: str, line: int) -> None:
    folder = mark_folder(tmp_path / "acme", toml, "a.png")
    problem = only_problem(folder)
    assert problem.place == f"{folder / 'mark.toml'}:{line}"
    assert problem.message.startswith("broken TOML")
    assert "(at" not in problem.message


def test_text_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    folder = mark_folder(tmp_path / "acme", "", "a.png")
    (folder / "mark.toml").write_bytes('kind = "logo"\nname = "Café"\n'.encode("latin-1"))
    problem = only_problem(folder)
    assert problem.place == f"{folder / 'mark.toml'}:2"
    assert "UTF-8" in problem.remedy


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    toml = 'kind = "lgoo"\nowner = 1.5\nviews = ["x.png", "y.png"]\n'
    problems = validate_marks([mark_folder(tmp_path / "acme", toml)])
    lines = [problem.place.rpartition(":")[2] for problem in problems]
    assert lines == ["1", "2", "3", "3"]


def test_a_mark_needs_a_picture_that_can_be_read(tmp_path: Path) -> None:
    none = only_problem(mark_folder(tmp_path / "none", "", "readme.md"))
    assert none.message == "the mark has no picture"
    foreign = only_problem(mark_folder(tmp_path / "foreign", "", "logo.psd", "logo.png"))
    assert foreign.message == "'logo.psd' is not a picture that can be read"


def test_the_folder_name_must_be_an_id(tmp_path: Path) -> None:
    assert load_marks([mark_folder(tmp_path / "Acme Rocket 2", "", "a.png")])[0].mark.id == (
        "Acme Rocket 2"
    )
    problem = only_problem(mark_folder(tmp_path / ("x" * 129), "", "a.png"))
    assert "more than 128" in problem.message
    assert problem.remedy == "Rename the folder."


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes()
) | st.text(max_size=12)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
keys = st.sampled_from([*KEYS, "id", "x y"])


def toml_of(table: dict[str, Any]) -> str:
    """Nearly TOML; what is not makes a syntax error, which is a case too."""
    dumped = {key: json.dumps(value, default=str) for key, value in table.items()}
    return "".join(f"{json.dumps(key)} = {text}\n" for key, text in dumped.items())


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mark_folder(tmp_path_factory.mktemp("toml") / "acme", "", "a.png")


@settings(max_examples=300, deadline=None)
@given(table=st.dictionaries(keys, values, max_size=4))
@example(table={"nice_classes": [10**30]})
def test_random_values_give_a_mark_or_mark_errors(acme: Path, table: dict[str, Any]) -> None:
    check_outcome(acme, toml_of(table).encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
@example(b"registration = 0x" + b"f" * 9000)
def test_random_bytes_give_a_mark_or_mark_errors(acme: Path, data: bytes) -> None:
    check_outcome(acme, data)


def check_outcome(folder: Path, toml: bytes) -> None:
    (folder / "mark.toml").write_bytes(toml)
    problems = validate_marks([folder])
    for problem in problems:
        assert problem.place.startswith(str(folder))
        assert problem.remedy
    if problems:
        with pytest.raises(MarkError):
            load_marks([folder])
    else:
        assert load_marks([folder])[0].pictures
