"""The file with the names of YOLO's classes: `data.yaml`, `classes.txt` or `*.names`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from detector.errors import DatasetError
from detector.evaluation.datasets.files import read_text

_NAME_FILES = ("*.yaml", "*.yml", "classes.txt", "labels/classes.txt", "*.names")


def read_names(file: Path) -> list[str]:
    """Read the names of the classes in their order; "" for a number without a name.

    Of a YAML file only `names:` is read: a list or numbered names, in brackets or one a line.
    """
    text = read_text(file)
    if file.suffix.lower() in (".yaml", ".yml"):
        return _names_of_yaml(text)
    return [line.strip() for line in text.rstrip().splitlines()]


def check_names(file: Path, names: Sequence[str]) -> None:
    """Raise `DatasetError` where a name stands for two numbers, or `nc` tells another count.

    Then a name is missing or repeated, and the names behind it may stand for other numbers.
    """
    repeated = [name for name, times in Counter(names).items() if name and times > 1]
    told = re.search(r"^nc\s*:\s*([0-9]{1,6})\s*(#.*)?$", read_text(file), re.M)
    if repeated:
        why = f"the name {repeated[0]!r} stands for two classes"
    elif told and int(told[1]) != len(names) and file.suffix.lower() in (".yaml", ".yml"):
        why = f"nc says {told[1]} classes, names has {len(names)}"
    else:
        return
    raise DatasetError(why, place=str(file), remedy="Give every class one name, in order.")


def _names_of_yaml(text: str) -> list[str]:
    lines = iter(text.splitlines())
    for line in lines:
        if begin := re.match(r"names\s*:(.*)", line):
            rest = _without_comment(begin[1]).strip()
            return _bracketed(rest, lines) if rest else _one_a_line(lines)
    return []


def names_file(path: Path) -> Path | None:
    """Return the first file that names classes, or None."""
    if path.is_file():
        known = any(path.match(pattern) for pattern in _NAME_FILES)
        return path if known and read_names(path) else None
    found = [file for pattern in _NAME_FILES for file in sorted(path.glob(pattern))]
    return next((file for file in found if read_names(file)), None)


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
