"""Records of marks, apart from their views and features: the immutable folders in `ledgers/`.

A record holds all fields of a `Mark`. Of several folders the newest with a mark counts, so that
rights change without a change of any segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexVersion
from detector.index.codec import mark_from_line
from detector.index.immutable_folder import READ_ERRORS, ImmutableFolder, finalise
from detector.index.manifest import MarkRecordsFolder, damaged
from detector.records import Mark

INDEX, RECORDS = "index.npy", "marks.jsonl"
INDEX_ROW = np.dtype([("id", "<i8"), ("end", "<i8"), ("digest", "u1", (32,))])


def write_mark_records(
    folder: Path, ids: Sequence[int], lines: Iterable[bytes]
) -> MarkRecordsFolder:
    """Write records into the empty `folder`.

    `ids` are permanent ids of marks, ascending, and `lines` those of `mark_to_line`, one for each.
    """
    rows, end = [], 0
    with (folder / RECORDS).open("wb") as file:
        for mark, line in zip(ids, lines, strict=True):
            end += file.write(line + b"\n")
            rows.append((mark, end, np.frombuffer(sha256(line).digest(), np.uint8)))
    np.save(folder / INDEX, np.array(rows, INDEX_ROW))
    name, files = finalise(folder)
    return MarkRecordsFolder(name, len(rows), files)


class MarkRecords(ImmutableFolder):
    """An open folder of records: the permanent ids of its marks, ascending, and their records.

    Raises `IndexDamaged` when a file is missing, cut short or not an array of the right shape.
    """

    def __init__(self, root: Path, record: MarkRecordsFolder) -> None:
        super().__init__(record.folder(root), record.files)
        try:
            rows = self.array(INDEX, INDEX_ROW, record.marks)
            self._records = self.blob(RECORDS)
        except READ_ERRORS as error:
            raise damaged(self.folder, f"the ledger cannot be opened ({error})") from error
        self.ids: NDArray[np.int64] = np.ascontiguousarray(rows["id"])
        self.ends, self.digests = rows["end"], rows["digest"]

    def line(self, row: int) -> bytes:
        """The JSON line of a mark. Raises `IndexDamaged` when it fails its checksum."""
        start = int(self.ends[row - 1]) if row else 0
        line = self._records[start : max(start, int(self.ends[row]) - 1)].tobytes()
        if sha256(line).digest() != self.digests[row].tobytes():
            raise damaged(self.folder / RECORDS, f"the record in line {row + 1} is damaged")
        return line

    def mark(self, row: int) -> Mark:
        """The mark of a record. Raises `IndexDamaged` or, for unknown fields, `IndexVersion`."""
        line, place = self.line(row), self.folder / RECORDS
        try:
            return mark_from_line(line)
        except IndexVersion as error:
            raise IndexVersion(error.message, place=str(place), remedy=error.remedy) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise damaged(place, f"line {row + 1} is not a mark") from error


def newest(folders: Sequence[MarkRecords], ids: NDArray[np.int64]) -> NDArray[np.int32]:
    """Find the newest record of each mark: (M, 2) int32, the folder and the row in it.

    `ids` (M,) are permanent ids, `folders` the oldest first. A mark without a record has -1, -1.
    """
    locations = np.full((len(ids), 2), -1, np.int32)
    for number, folder in enumerate(folders):
        if len(folder.ids):
            rows = np.minimum(np.searchsorted(folder.ids, ids), len(folder.ids) - 1)
            is_recorded = folder.ids[rows] == ids
            locations[is_recorded, 0], locations[is_recorded, 1] = number, rows[is_recorded]
    return locations


def write_newest(
    folders: Sequence[MarkRecords], ids: NDArray[np.int64], folder: Path
) -> MarkRecordsFolder:
    """Write the newest records of the marks `ids` (M,), and no others, into the empty `folder`."""
    marks = np.sort(ids)
    locations = newest(folders, marks)
    is_recorded = locations[:, 0] >= 0
    lines = (folders[number].line(row) for number, row in locations[is_recorded].tolist())
    return write_mark_records(folder, marks[is_recorded].tolist(), lines)
