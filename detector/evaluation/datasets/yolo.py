"""YOLO: a text per photo with lines `class cx cy w h`, and a file with the names of the classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from detector.errors import DatasetError
from detector.evaluation.datasets.files import files_in, first_there, pictures_in, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels

_NAME_FILES = ("*.yaml", "*.yml", "classes.txt", "labels/classes.txt", "*.names")
_LISTS = re.compile(r"(train|val|valid|test|classes|readme.*|license.*)\.txt", re.I)


def fits(path: Path) -> bool:
    """Return whether this is a file with the names of classes, or a folder with one."""
    return _names_file(path) is not None


def read(path: Path) -> Labels:
    """Read the photos under a folder, each with the text beside it or in `labels`.

    A photo without a text, or with an empty one, shows no mark. The folders of a photo but `images`
    are its source.
    """
    file = _names_file(path)
    names = read_names(file) if file else []
    root = path if path.is_dir() else path.parent
    collector, read_so_far = LabelCollector(), set()
    for photo in pictures_in(root):
        folders = [part for part in photo.parent.relative_to(root).parts if part != "images"]
        collector.photo(photo, str(photo), "/".join(folders))
        text = first_there(_label_files(photo, root))
        if text:
            read_so_far.add(text)
            _read_labels(collector, photo, text, names)
    for text in files_in(root, "*.txt"):
        if text not in read_so_far and not _LISTS.fullmatch(text.name):
            collector.refuse(str(text), "missing file: no photo belongs to these labels")
    return collector.finish()


def read_names(file: Path) -> list[str]:
    """Read the names of the classes in their order; "" for a number without a name.

    Of a YAML file only `names:` is read: a list or numbered names, in brackets or one a line.
    """
    text = read_text(file)
    if file.suffix.lower() not in (".yaml", ".yml"):
        return [line.strip() for line in text.rstrip().splitlines()]
    lines = iter(text.splitlines())
    for line in lines:
        if begin := re.match(r"names\s*:(.*)", line):
            rest = _without_comment(begin[1]).strip()
            return _bracketed(rest, lines) if rest else _one_a_line(lines)
    return []


def _names_file(path: Path) -> Path | None:
    """The first file that names classes."""
    if path.is_file():
        known = any(path.match(pattern) for pattern in _NAME_FILES)
        return path if known and read_names(path) else None
    found = [file for pattern in _NAME_FILES for file in sorted(path.glob(pattern))]
    return next((file for file in found if read_names(file)), None)


def _label_files(photo: Path, root: Path) -> list[Path]:
    """Where the labels of a photo may lie: in a `labels` for each `images` above it, beside it."""
    beside = photo.with_suffix(".txt")
    parts = beside.relative_to(root).parts
    places = [at for at, part in enumerate(parts[:-1]) if part == "images"]
    return [root.joinpath(*parts[:at], "labels", *parts[at + 1 :]) for at in places] + [beside]


def _read_labels(collector: LabelCollector, photo: Path, text: Path, names: list[str]) -> None:
    """Add every line of a label file to its photo."""
    try:
        lines = read_text(text).splitlines()
    except DatasetError as error:
        collector.lose(photo, "", str(text), error.message)
        return
    for number, line in enumerate(lines, start=1):
        place, cells = f"{text}:{number}", line.split()
        if not cells:
            continue
        at = int(cells[0]) if re.fullmatch(r"[0-9]{1,9}", cells[0], re.A) else len(names)
        if at >= len(names) or not names[at]:
            collector.lose(photo, "", place, f"unknown class {cells[0][:40]!r}")
        elif len(cells) != 5:
            reason = f"{len(cells)} numbers where class and 4 numbers are needed"
            collector.lose(photo, names[at], place, reason)
        else:
            collector.label(photo, names[at], place, cells[1:], form="centre and size in shares")


def _without_comment(line: str) -> str:
    """A line of YAML up to its comment; a # inside quotes or a word begins none."""
    found = re.match(r"""(?:"[^"]*"|'[^']*'|(?<=\S)#|[^#])*""", line)
    return found[0] if found else ""


def _bracketed(text: str, lines: Iterator[str]) -> list[str]:
    """The names of `[a, b]` or `{0: a, 1: b}`, which may go on over further lines."""
    while text[-1:] not in ("]", "}"):
        more = next(lines, None)
        if more is None:
            return []
        text += " " + _without_comment(more).strip()
    items = re.findall(
        r"""\s*((?:[0-9]+\s*:\s*)?(?:"[^"]*"|'[^']*'|[^,]+))\s*(?:,|$)""", text[1:-1].rstrip(", ")
    )
    return _ordered(items)


def _one_a_line(lines: Iterator[str]) -> list[str]:
    """The names of lines `- a` or `0: a`, up to the first line that is neither."""
    items = []
    for line in lines:
        text = _without_comment(line).strip()
        if not re.match(r"- |[0-9]+\s*:", text):
            if text:
                break
            continue
        items.append(text.removeprefix("- "))
    return _ordered(items)


def _ordered(items: list[str]) -> list[str]:
    """Names by their number, those without one in their order, quotes taken off."""
    names: dict[int, str] = {}
    for at, item in enumerate(items):
        found = re.fullmatch(r"(?:([0-9]{1,6})\s*:\s*)?(.*)", item.strip())
        if found:
            names[int(found[1] or at)] = found[2].strip().strip("\"'")
    return [names.get(at, "") for at in range(max(names, default=-1) + 1)]
