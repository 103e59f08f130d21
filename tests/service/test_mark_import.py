"""Many marks at once, and the folder that they can be exported to."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
from PIL import Image

from detector.errors import MarkError
from detector.marks.registry import load_marks
from detector.pipeline.import_marks import origin_of
from detector.service.keys import OPERATOR, Caller
from detector.service.mark_catalogue import find_mark
from detector.service.mark_import import export_mark, import_sources, import_upload
from detector.service.mark_pictures import NamedPicture
from detector.service.service import Service
from tests import scenes

ACME = Caller("rights_holder", "Acme")


def png(tmp_path: Path) -> bytes:
    Image.fromarray(scenes.ring()).save(tmp_path / "drawn.png")
    return (tmp_path / "drawn.png").read_bytes()


@pytest.fixture
def upload(service: Service, tmp_path: Path):
    """Import files by their names."""

    def send(files: dict[str, bytes], caller: Caller = OPERATOR):
        folder = tmp_path / "upload"
        folder.mkdir()
        return import_upload(
            service, caller, [NamedPicture(*file) for file in files.items()], folder
        )

    return send


def test_a_table_with_pictures(upload, tmp_path: Path, service: Service) -> None:
    table = "id,name,image\nacme,Acme,front.png\nacme,,back.png\nberta,Berta,missing.png\n"
    done = upload(
        {"marks.csv": table.encode(), "front.png": png(tmp_path), "back.png": b"no picture"}
    )
    assert done.stored == ["acme"]
    assert [problem.place.partition(":")[0] for problem in done.problems] == ["marks.csv"] * 2
    assert all(str(tmp_path) not in str(problem) for problem in done.problems)
    with service.database.reading() as session:
        (picture,) = find_mark(session, OPERATOR, "acme").pictures
        assert picture.name == "front.png"


def test_mark_folders_and_plain_pictures(upload, tmp_path: Path, service: Service) -> None:
    picture = png(tmp_path)
    files = {"acme/mark.toml": b'name = "Acme"', "acme/a.png": picture, "plain__2.png": picture}
    assert upload(files).stored == ["acme", "plain"]


def test_what_is_the_same_is_unchanged(service: Service, marks_folder: Path) -> None:
    assert import_sources(service, OPERATOR, [marks_folder]).stored == ["ring", "vornak"]
    again = import_sources(service, OPERATOR, [marks_folder])
    assert (again.stored, again.unchanged) == ([], ["ring", "vornak"])


def test_marks_of_a_rights_holder_are_its_own(upload, tmp_path: Path, service: Service) -> None:
    picture = png(tmp_path)
    table = b"id,image,owner\nacme,a.png,Somebody\n"
    assert upload({"t.csv": table, "a.png": picture}, ACME).stored == ["acme"]
    with service.database.reading() as session:
        assert find_mark(session, ACME, "acme").owner == "Acme"
    (tmp_path / "berta.png").write_bytes(picture)
    import_sources(service, OPERATOR, [tmp_path / "berta.png"])
    done = import_sources(service, ACME, [tmp_path / "berta.png"])
    assert done.stored == done.unchanged == []
    assert "is taken" in done.problems[0].message


@pytest.mark.parametrize(
    "name", ["../secret.png", "/secret.png", "..\\secret.png", "a/../../x.png"]
)
@pytest.mark.parametrize("broken", ["", '\n"never closed'])
def test_a_table_names_no_file_outside_the_upload(upload, tmp_path: Path, name, broken) -> None:
    (tmp_path / "secret.png").write_bytes(png(tmp_path))
    place = name.replace("/secret", f"{tmp_path}/secret") if name[0] == "/" else name
    with pytest.raises(MarkError, match="leads out of the upload"):
        upload({"t.csv": f"id,image\nacme,{place}{broken}\n".encode()})


def test_a_mark_folder_names_no_file_outside_the_upload(upload, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(tmp_path))
    with pytest.raises(MarkError, match="leads out of the upload"):
        upload({"acme/mark.toml": b'views = ["../../secret.png"]'})


@pytest.mark.parametrize("name", ["../x.png", "/x.png", "a/../../x.png", "a\\x.png", ""])
def test_no_file_is_written_outside_the_upload(upload, name) -> None:
    with pytest.raises(MarkError):
        upload({name: b"x"})


def test_an_export_imports_as_the_same_marks(service: Service, tmp_path: Path) -> None:
    source = tmp_path / "acme"
    source.mkdir()
    (source / "b.png").write_bytes(png(tmp_path))
    Image.fromarray(scenes.emblem()).save(source / "a.png")
    (source / "mark.toml").write_text(
        'name = "Ac\\"me é"\nnice_classes = [25]\nvalid_until = 2031-05-04\n'
        'views = ["b.png", "a.png"]\nwords = ["acme", "säge"]\n'
    )
    import_sources(service, OPERATOR, [source])
    with service.database.reading() as session:
        exported = export_mark(service, find_mark(session, OPERATOR, "acme"), tmp_path / "out")
    (before,), (after,) = load_marks([source]), load_marks([exported])
    assert astuple(after.mark) == astuple(before.mark)
    assert origin_of(after.pictures) == origin_of(before.pictures)
