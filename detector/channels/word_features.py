"""Words as features: lines of text split into runs of words, one row per run.

The frame of a row is the centre, height and angle of the run's box, its label the width in pixels,
its descriptor the recogniser's confidence (one byte), the run's share of all letters in the picture
(one byte), and the text (UTF-8, padded with zeros).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from detector.channels.ocr import MIN_LETTERS, UNREAD, Line
from detector.records import Features, Floats, References
from detector.words.folding import fold, fold_case
from detector.words.scripts import script
from detector.words.spelling import Spellings, plain, spellings

TEXT_BYTES = 64  # of a run's text
MAX_RUN = 3  # words of a line taken together: names of several words, and S P A C E D ones

SPELT_BY_SOUND = frozenset(("CYRILLIC", "HANGUL", "ARABIC", "HEBREW", "THAI"))
"""Scripts in which names of Latin letters are spelt by their sound."""

WordBox = tuple[Floats, float]
"""A word's frame (4,) and its width in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """N words: texts, frames (N, 4), widths (N,) in pixels, confidences and shares (N,) 0..1."""

    texts: tuple[str, ...]
    spellings: Spellings
    frames: Floats
    widths: Floats
    confidences: Floats
    shares: Floats

    def box(self, row: int) -> WordBox:
        """Frame and width of a word."""
        return self.frames[row], float(self.widths[row])

    def letters(self, row: int) -> str:
        """The plain letters of a word."""
        return self.spellings.letters[int(self.spellings.of[row])]


def runs(lines: Iterable[Line]) -> Iterator[Line]:
    """Every run of up to `MAX_RUN` words of each line, each with its part of the line's box."""
    for line in lines:
        spans = [match.span() for match in re.finditer(r"\S+", line.text)]
        yield from (_cut(line, *span) for span in _spaced_out(line.text))
        for first in range(len(spans)):
            for last in range(first, min(first + MAX_RUN, len(spans))):
                yield _cut(line, spans[first][0], spans[last][1])


def with_sounds(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines, and those in a script that is spelt by sound once more in Latin letters."""
    for line in lines:
        yield line
        if any(script(char) in SPELT_BY_SOUND for char in line.text):
            yield replace(line, text=fold(line.text, "sound").letters)


def _spaced_out(text: str) -> Iterator[tuple[int, int]]:
    """(start, stop) of rows of single letters that are longer than a run: N O R R V I K."""
    row = rf"(?<!\S)\w(?:\s+\w(?!\S)){{{MAX_RUN},}}(?!\S)"
    yield from (match.span() for match in re.finditer(row, text))


def _cut(line: Line, start: int, stop: int) -> Line:
    """A part of a line; all letters are taken as equally wide."""
    left, right = start / len(line.text), stop / len(line.text)
    tl, tr, br, bl = line.quad
    quad = np.array([
        tl + (tr - tl) * left, tl + (tr - tl) * right, bl + (br - bl) * right, bl + (br - bl) * left
    ], np.float32)  # fmt: skip
    return Line(line.text[start:stop], quad, line.confidence)


def packed(lines: Iterable[Line]) -> Features:
    """The runs of words in the lines of a picture that have at least `MIN_LETTERS` letters.

    A line that is not read has a row without text.
    """
    read = list(lines)
    total = max(1, sum(len(letters(line.text)) for line in read))
    kept = [run for run in map(_clipped, runs(read)) if len(letters(run.text)) >= MIN_LETTERS]
    kept += [line for line in read if line.text == UNREAD]
    frames, labels = np.zeros((len(kept), 4), np.float32), np.zeros(len(kept), np.int16)
    descriptors = np.zeros((len(kept), 2 + TEXT_BYTES), np.uint8)
    for row, run in enumerate(kept):
        frames[row], labels[row] = _frame(run.quad)
        text = run.text.encode()
        descriptors[row, 0] = round(255 * run.confidence)
        descriptors[row, 1] = round(255 * min(1.0, len(letters(run.text)) / total))
        descriptors[row, 2 : 2 + len(text)] = np.frombuffer(text, np.uint8)
    return Features(frames, descriptors, labels)


def _clipped(line: Line) -> Line:
    """A line cut to `TEXT_BYTES`."""
    return replace(line, text=line.text.encode()[:TEXT_BYTES].decode(errors="ignore"))


def unread_lines(features: Features) -> int:
    """The number of lines that are not read."""
    return int((~features.descriptors[:, 2:].any(axis=1)).sum())


def unpacked(features: Features) -> WordTable:
    """The words of features made by `packed`; lines that are not read have none."""
    is_read = features.descriptors[:, 2:].any(axis=1)
    rows = np.asarray(features.descriptors[is_read], np.uint8)
    texts = tuple(row[2:].tobytes().rstrip(b"\0").decode(errors="ignore") for row in rows)
    confidences, shares = np.asarray(rows[:, :2].T / 255, np.float32)
    frames, widths = features.frames[is_read], features.labels[is_read].astype(np.float32)
    return WordTable(texts, spellings(map(plain, texts)), frames, widths, confidences, shares)


def _frame(quad: Floats) -> tuple[tuple[float, float, float, float], int]:
    """Centre, height and angle of a box (4, 2), and its width."""
    tl, tr, br, bl = quad.astype(np.float64)
    along = (tr - tl + br - bl) / 2
    down = (bl - tl + br - tr) / 2
    x, y = quad.mean(axis=0).tolist()
    width = min(int(np.hypot(*along).round()), np.iinfo(np.int16).max)
    return (x, y, float(np.hypot(*down)), float(np.arctan2(along[1], along[0]))), max(width, 1)


def joined(references: References, more: Iterable[tuple[int, Features]]) -> References:
    """References with more rows of views, in the order of views."""
    parts = [(references.view, references.features)]
    parts += [(np.full(len(added), view, np.int32), added) for view, added in more]
    views = np.concatenate([view for view, _ in parts])
    order = np.argsort(views, kind="stable")
    features = Features(
        np.concatenate([part.frames for _, part in parts])[order],
        np.concatenate([part.descriptors for _, part in parts])[order],
        np.concatenate([part.labels for _, part in parts])[order],
    )
    return References(views[order], features)


def letters(text: str) -> str:
    """The letters and digits of a text, without case, accents, spaces and signs."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", fold_case(text))))


NO_WORDS = References(np.zeros(0, np.int32), packed(()))
