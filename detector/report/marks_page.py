"""One page of marks with the views that an index keeps of them, to be looked over before an import.

A blank, cut or misread picture is seen at a glance. Pictures lie as files beside the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from detector.marks.source import MarkSource, Note
from detector.marks.views import derive_views
from detector.records import Pixels, View
from detector.report.tables import printable
from detector.settings import ViewSettings

PAGE, VIEWS = "marks.html", "views"


@dataclass(frozen=True, slots=True)
class DrawnView:
    """A view as a file beside the page, with its size in pixels."""

    file: str
    part: str
    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A mark on the page. `notes` are what is told about its pictures."""

    id: str
    name: str
    kind: str
    views: Sequence[DrawnView]
    notes: Sequence[str]


def draw_views(
    source: MarkSource,
    pictures: Mapping[Path, Pixels],
    notes: Iterable[Note],
    folder: Path,
    number: int,
) -> DrawnMark:
    """Write the views of one mark into `folder`; `number` tells it from the other marks.

    Views that are only another one mirrored, or with light and dark exchanged, are left out.
    """
    (folder / VIEWS).mkdir(parents=True, exist_ok=True)
    settings = ViewSettings(inverted=False, mirrored=False)
    views = [
        view
        for path, pixels in pictures.items()
        for view in derive_views(source.mark.id, path.name, pixels, settings)
    ]
    drawn = [_written(view, folder, f"{number:06}-{place}") for place, view in enumerate(views, 1)]
    mark, told = source.mark, [printable(str(note)) for note in notes]
    return DrawnMark(printable(mark.id), printable(mark.name), mark.kind, drawn, told)


def write_marks_page(marks: Sequence[DrawnMark], problems: Sequence[str], folder: Path) -> Path:
    """Write the page of marks into `folder`, those with notes first, and return its path."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("detector.report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    ordered = sorted(marks, key=lambda mark: not mark.notes)
    template = environment.get_template("marks.html.j2")
    text = template.render(marks=ordered, problems=[printable(one) for one in problems])
    path = folder / PAGE
    path.write_text(text, encoding="utf-8")
    return path


def _written(view: View, folder: Path, name: str) -> DrawnView:
    file = f"{VIEWS}/{name}.png"
    Image.fromarray(view.pixels).save(folder / file)
    height, width = view.pixels.shape[:2]
    return DrawnView(file, view.part, printable(view.source), width, height)
