"""One listing while the rows of its manifest are read: its pictures, texts and problems."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from detector.errors import UsageError
from detector.jobs.listing_rows import Row
from detector.jobs.picture_folder import PictureFolder
from detector.jobs.shop_columns import ShopLayout, layout_of
from detector.pipeline.listing_text import classes_of
from detector.records import Listing, Submission

TEXTS = ("title", "description", "brand")
"""What buyers read: examined once for a listing, beside the first picture of the row."""

_NO_PHOTO = "the row names no photo. Name it in the column 'path', or in that of the shop's export."


class RowError(Exception):
    """Nothing can be made of a row; the message says why and what to do. `id` is its listing's."""

    def __init__(self, problem: str, listing_id: str = "") -> None:
        super().__init__(problem)
        self.id = listing_id


@dataclass(frozen=True, slots=True)
class RowContents:
    """What a row says: names of pictures, and the fields of `Submission` but its photo."""

    place: str
    id: str
    pictures: tuple[str, ...]
    texts: Mapping[str, str]
    category: str
    seller: str
    classes: tuple[int, ...]
    parent: str
    other_id: str


def contents_of(row: Row) -> RowContents:
    """Take from a row what its layout says. Raises `RowError`."""
    if row.problem:
        raise RowError(row.problem)
    layout, values = layout_of(row.values), row.values
    if layout is None:
        raise RowError(_NO_PHOTO, _first(("external_id", "id"), values))
    listing_id = _first(layout.id, values)
    try:
        classes = classes_of(values["classes"]) if values.get("classes") is not None else ()
    except UsageError as error:
        raise RowError(f"{error.message}. {error.remedy}", listing_id) from error
    return RowContents(
        place=row.place,
        id=listing_id,
        pictures=tuple(_pictures(layout, values)),
        texts={
            "title": _first(layout.title, values),
            "description": "\n".join(filter(None, _texts(layout.description, values))),
            "brand": _first(layout.brand, values),
        },
        category=_first(layout.category, values),
        seller=_first(layout.seller, values),
        classes=classes,
        parent=_first((layout.parent,), values),
        other_id=_first((layout.other_id,), values),
    )


@dataclass(slots=True)
class ListingDraft:
    """A listing of a manifest: its rows, and a place and message for each that is wrong."""

    id: str
    rows: list[RowContents] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def listed(self, folder: Path, pictures: PictureFolder) -> Iterator[Submission | Listing]:
        """Yield each picture as a submission, and an answer for each row that is wrong.

        Paths of pictures are relative to `folder`. A text that an earlier row has too is left out.
        """
        submissions, problems = self._submissions(), [*self.problems]
        if self.rows and not submissions:
            problems.append((self.rows[0].place, _NO_PHOTO))
        items: list[Submission | Listing] = [
            *(replace(one, photo=pictures.photo(str(one.photo), folder)) for one in submissions),
            *(self._failed(place, problem) for place, problem in problems),
        ]
        if len(items) < 2:
            yield from items
            return
        for number, item in enumerate(items, 1):
            yield replace(item, picture=number, pictures=len(items))

    def _failed(self, place: str, problem: str) -> Listing:
        return Listing(place, "error", "review", problem, external_id=self.id)

    def _submissions(self) -> list[Submission]:
        """A submission for each picture, once; every text beside the first that follows it."""
        found, seen = dict[str, Submission](), set[tuple[str, str]]()
        pending = dict.fromkeys(TEXTS, "")
        for row in self.rows:
            for name, text in row.texts.items():
                pending[name] = _joined(pending[name], "" if (name, text) in seen else text)
            seen.update(row.texts.items())
            for picture in row.pictures:
                if picture not in found:
                    found[picture] = self._submission(picture, row, pending)
                    pending = dict.fromkeys(TEXTS, "")
        submissions = list(found.values())
        if submissions:
            submissions[0] = _with_texts(submissions[0], pending)
        return submissions

    def _submission(self, picture: str, row: RowContents, texts: Mapping[str, str]) -> Submission:
        """A picture with these texts; what its row does not say is said by the first that does."""
        rows = (row, *self.rows)
        submission = Submission(
            picture,
            category=next((one.category for one in rows if one.category), ""),
            seller=next((one.seller for one in rows if one.seller), ""),
            classes=next((one.classes for one in rows if one.classes), ()),
            external_id=self.id,
        )
        return _with_texts(submission, texts)


def _with_texts(submission: Submission, texts: Mapping[str, str]) -> Submission:
    """A submission with further texts, each below the one that it has."""
    return replace(
        submission,
        title=_joined(submission.title, texts["title"]),
        description=_joined(submission.description, texts["description"]),
        brand=_joined(submission.brand, texts["brand"]),
    )


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _pictures(layout: ShopLayout, values: Mapping[str, object]) -> Iterator[str]:
    """Yield the paths and addresses of pictures in a row, each as often as it stands there."""
    for column in layout.pictures:
        for cell in _cells(column, values.get(column)):
            parts = [cell] if column not in layout.several else _split(cell)
            yield from filter(None, (part.strip() for part in parts))


def _split(cell: str) -> list[str]:
    """The values in a cell, between commas; quotes keep one together that has a comma."""
    return next(csv.reader([cell], skipinitialspace=True), [])


def _first(columns: tuple[str, ...], values: Mapping[str, object]) -> str:
    """The text of the first of the columns that is filled, "" where none is."""
    return next(filter(None, _texts(columns, values)), "")


def _texts(columns: tuple[str, ...], values: Mapping[str, object]) -> Iterator[str]:
    for column in columns:
        yield "; ".join(filter(None, _cells(column, values.get(column))))


def _cells(column: str, value: object) -> list[str]:
    """The texts of a value: several in a list, none for null and NaN, a number as its digits."""
    values = value if isinstance(value, list) else [value]
    return [_text(column, one) for one in values if one is not None]


def _text(column: str, value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # pandas makes fractions of ids where one is missing
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise RowError(f"{column!r} is not a text. Put it in quotes.")
    return value.strip()
