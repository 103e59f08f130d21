"""Marks in the database: checked as an import checks them, changed, switched off, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import MarkError, UsageError
from detector.marks.mark_images import MarkReader
from detector.service.keys import OPERATOR, Caller
from detector.service.mark_catalogue import (
    MarkFilter,
    change_fields,
    delete_mark,
    find_mark,
    list_marks,
    mark_of,
    put_mark,
    record_of,
    stored,
    switch_mark,
    use_picture,
)
from detector.service.mark_pictures import NamedPicture, check_pictures, views_of
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import MarkRow
from detector.settings import ReaderSettings

ACME = Caller("rights_holder", "Acme")
FIELDS = {
    "name": "Acme & Söhne",
    "kind": "word",
    "owner": "Acme",
    "nice_classes": [25, 3],
    "vienna_codes": ["26.01.18"],
    "registration": "EU 1",
    "valid_until": "2031-05-04",
    "words": ["acme"],
}


def add(service: Service, mark_id: str, *names: str, **fields: object) -> MarkRow:
    """A mark with pictures that nobody looks at."""
    mark = mark_of(mark_id, fields)
    pictures = stored(service, [NamedPicture(name, name.encode()) for name in names or ("a.png",)])
    with service.database.writing() as session:
        return put_mark(session, mark, pictures, now_of(session))


def test_a_mark_survives_its_record() -> None:
    mark = mark_of("acme", FIELDS)
    assert record_of(mark) == FIELDS
    assert record_of(mark_of("acme", record_of(mark))) == FIELDS


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"nmae": "x"}, "unknown field 'nmae'"),
        ({"nice_classes": [46]}, "46 is not a Nice class"),
        ({"words": ["x"]}, "too short"),
        ({"name": "two\nlines"}, "line break"),
        ({"id": "other"}, "unknown field 'id'"),
    ],
)
def test_wrong_fields_are_refused(fields, message) -> None:
    with pytest.raises(MarkError, match=message):
        mark_of("acme", fields)


def test_bad_pictures_are_named_with_a_remedy(photo_of) -> None:
    mark = mark_of("acme", {})
    pictures = [
        NamedPicture("sound.jpg", photo_of("ring")),
        NamedPicture("cut.jpg", photo_of("ring")[:900]),
        NamedPicture("notes.txt", b"no picture"),
    ]
    with MarkReader() as reader:
        checked = check_pictures(mark, pictures, reader)
    assert [picture.name for picture in checked.sound] == ["sound.jpg"]
    assert sorted(problem.place for problem in checked.problems) == ["cut.jpg", "notes.txt"]
    assert all(problem.remedy for problem in checked.problems)
    assert not any("/" in str(problem) for problem in checked.problems)


@pytest.mark.parametrize("name", ["", "..", "a/b.png", "a\\b.png", "a\0.png", "x" * 300, "\udc80"])
def test_impossible_names_of_pictures_are_refused(name) -> None:
    with MarkReader() as reader, pytest.raises(MarkError):
        check_pictures(mark_of("acme", {}), [NamedPicture(name, b"")], reader)


def test_views_are_drawn_as_the_index_keeps_them(marks_folder: Path) -> None:
    picture = NamedPicture("ring.png", (marks_folder / "ring.png").read_bytes())
    views = list(views_of(mark_of("ring", {}), [picture], ReaderSettings()))
    assert [(view.source, view.part, view.inverted) for view in views] == [
        ("ring.png", "whole", False)
    ]
    assert max(views[0].pixels.shape) == 384


def test_marks_are_listed_for_those_who_may_see_them(service: Service) -> None:
    add(service, "acme", name="Acme", owner="Acme", kind="word")
    add(service, "berta", name="BERTA works", owner="Berta")
    add(service, "cara", owner="Acme")
    with service.database.reading() as session:

        def ids(caller=OPERATOR, after="", most=9, **wanted):
            rows = list_marks(session, caller, MarkFilter(**wanted), after, most)
            return [row.id for row in rows]

        assert ids() == ["acme", "berta", "cara"]
        assert ids(ACME) == ["acme", "cara"]
        assert ids(Caller("seller", "s1")) == []
        assert ids(most=1, after="acme") == ["berta"]
        assert ids(owner="Berta") == ids(text="works") == ids(text="bert") == ["berta"]
        assert ids(kind="word") == ["acme"]
        assert find_mark(session, ACME, "berta") is None
        assert find_mark(session, ACME, "cara").id == "cara"


def test_each_change_is_a_revision(service: Service) -> None:
    add(service, "acme", "a.png", "b.png", name="Acme")
    assert add(service, "acme", "a.png", "b.png", name="Acme").revision == 1
    with service.database.writing() as session:
        now, row = now_of(session), find_mark(session, OPERATOR, "acme")
        row.index_due = False
        change_fields(session, row, mark_of("acme", {"name": "ACME", "owner": "Acme"}), now)
        assert (row.revision, row.owner, row.index_due) == (2, "Acme", True)
        row.index_due = False
        switch_mark(session, row, "quarantined", "too many", now)
        assert (row.revision, row.index_due) == (3, False)
        use_picture(session, row, row.pictures[0], False, now)
        assert (row.revision, row.index_due) == (4, True)
        with pytest.raises(UsageError, match="last picture"):
            use_picture(session, row, row.pictures[1], False, now)


def test_the_last_mark_in_use_stays(service: Service) -> None:
    add(service, "acme")
    add(service, "berta")
    with service.database.writing() as session:
        now, row = now_of(session), find_mark(session, OPERATOR, "acme")
        switch_mark(session, row, "off", "a plain star", now)
        last = find_mark(session, OPERATOR, "berta")
        with pytest.raises(UsageError, match="last mark"):
            switch_mark(session, last, "off", "", now)
        with pytest.raises(UsageError, match="last mark"):
            delete_mark(session, last, now)
        delete_mark(session, row, now)
        assert find_mark(session, OPERATOR, "acme") is None
    assert add(service, "acme").state == "active"
