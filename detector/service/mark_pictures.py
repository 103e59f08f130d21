"""Pictures of marks: checked as an import checks them, and drawn as the index will keep them."""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from detector.errors import MarkError
from detector.marks.advice import advise
from detector.marks.mark_images import MarkReader, sound_pictures
from detector.marks.source import MarkSource, Note, picture_problem
from detector.marks.views import derive_views
from detector.records import Mark, View
from detector.settings import ReaderSettings, ViewSettings

MAX_NAME_BYTES = 200


@dataclass(frozen=True, slots=True, eq=False)
class NamedPicture:
    """The bytes of a picture file, and its name without a folder."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the pictures of a mark, and from which of them it is found badly.

    `sound` are the pictures with which nothing is wrong, in their order.
    """

    sound: list[NamedPicture] = field(default_factory=list)
    problems: list[MarkError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def check_pictures(
    mark: Mark, pictures: Sequence[NamedPicture], settings: ReaderSettings
) -> Checked:
    """Check pictures as `detector marks validate` does: they are decoded in a child process.

    Places are names of pictures. Raises `MarkError` where there is none, or for a name that no
    file may have.
    """
    checked = Checked()
    with laid_out(mark, pictures) as source, MarkReader(settings) as reader:
        folder = _folder_of(source)
        wrong = [picture_problem(path, str(path)) for path in source.pictures]
        read = [path for path, problem in zip(source.pictures, wrong, strict=True) if not problem]
        problems = [problem for problem in wrong if problem]
        pixels = sound_pictures(replace(source, pictures=(*read,)), reader, problems.append)
        notes = list(advise(source, pixels))
    checked.problems.extend(_renamed(problem, folder) for problem in problems)
    checked.notes.extend(
        Note(note.message, _named(note.place, folder), _named(note.remedy, folder))
        for note in notes
    )
    checked.sound.extend(
        picture for path, picture in zip(source.pictures, pictures, strict=True) if path in pixels
    )
    return checked


def views_of(
    mark: Mark, pictures: Sequence[NamedPicture], settings: ReaderSettings
) -> Iterator[View]:
    """Every view that the index keeps of these pictures, without mirrored and inverted ones.

    Raises `MarkError` for the first picture that cannot be read.
    """
    with laid_out(mark, pictures) as source, MarkReader(settings) as reader:
        for path in source.pictures:
            try:
                pixels = reader.read(path)
            except MarkError as error:
                raise _renamed(error, _folder_of(source)) from error
            wanted = ViewSettings(inverted=False, mirrored=False)
            yield from derive_views(mark.id, path.name, pixels, wanted)


def as_png(view: View) -> bytes:
    """The pixels of a view as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(view.pixels).save(file, "PNG")
    return file.getvalue()


@contextmanager
def laid_out(mark: Mark, pictures: Sequence[NamedPicture]) -> Iterator[MarkSource]:
    """The pictures of a mark as files, for as long as the context is active.

    Raises `MarkError` where there is none, or for a name that no file may have.
    """
    if not pictures:
        raise MarkError("the mark has no picture", place=mark.id, remedy="Give one, as PNG or SVG.")
    with tempfile.TemporaryDirectory(prefix="detector-mark-") as folder:
        yield lay_out(mark, pictures, Path(folder))


def lay_out(mark: Mark, pictures: Sequence[NamedPicture], folder: Path) -> MarkSource:
    """Write the pictures of a mark into a folder, which is made where it is missing.

    Each has a folder of its own: two may have the same name. Raises `MarkError` for a name that no
    file may have.
    """
    paths = []
    for position, picture in enumerate(pictures):
        path = folder / str(position) / check_name(picture.name)
        path.parent.mkdir(parents=True)
        path.write_bytes(picture.data)
        paths.append(path)
    return MarkSource(mark, tuple(paths), str(folder))


def check_name(name: str) -> str:
    """Return the name of a picture file. Raises `MarkError` for one that no file may have."""
    strange = any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name)
    if strange or not name.strip(". ") or "/" in name or "\\" in name:
        raise MarkError("a picture has an impossible name", remedy="Name it like front.png.")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise MarkError("the name of a picture is too long", place=name[:40], remedy="Shorten it.")
    return name


def _folder_of(source: MarkSource) -> Path:
    return Path(source.place)


def _renamed(problem: MarkError, folder: Path) -> MarkError:
    """A problem with the names of pictures for the paths of a temporary folder."""
    place = _named(problem.place, folder)
    return MarkError(problem.message, place=place, remedy=_named(problem.remedy, folder))


def _named(text: str, folder: Path) -> str:
    """`front.png` for `FOLDER/0/front.png`, wherever that stands in a text."""
    return re.sub(rf"{re.escape(str(folder))}/[0-9]+/", "", text)
