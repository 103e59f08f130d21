"""Words as features: lines of text cut into runs of words, a row each.

The frame of a row is the middle, height and direction of the word's box, its label the width in
pixels, its descriptor the reader's confidence (one byte), the word's share of all letters in the
picture (one byte), and the text (UTF-8, the rest zeros).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from detector.channels.ocr import LEAST, Line
from detector.records import Features, Floats, References
from detector.words.spelling import Spellings, plain, spellings

BYTES = 64  # of a word's text
WIDTH = 2 + BYTES
RUN = 3  # words of a line that are read together: names of several words, and S P A C E D ones

Place = tuple[Floats, float]
"""A word's frame (4,) and its width in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Texts with their frames (N, 4), widths (N,) in pixels, confidences and shares (N,) 0..1."""

    texts: tuple[str, ...]
    spellings: Spellings
    frames: Floats
    widths: Floats
    confidences: Floats
    shares: Floats

    def place(self, row: int) -> Place:
        """Frame and width of one word."""
        return self.frames[row], float(self.widths[row])

    def letters(self, row: int) -> str:
        """The plain letters of one word."""
        return self.spellings.letters[int(self.spellings.of[row])]


def runs(lines: Iterable[Line]) -> Iterator[Line]:
    """Every run of up to `RUN` words of each line, each with its share of the line's box."""
    for line in lines:
        spans = [match.span() for match in re.finditer(r"\S+", line.text)]
        for first in range(len(spans)):
            for last in range(first, min(first + RUN, len(spans))):
                yield _cut(line, spans[first][0], spans[last][1])


def _cut(line: Line, start: int, stop: int) -> Line:
    """A part of a line, as if all letters were equally wide."""
    left, right = start / len(line.text), stop / len(line.text)
    tl, tr, br, bl = line.quad
    quad = np.array([
        tl + (tr - tl) * left, tl + (tr - tl) * right, bl + (br - bl) * right, bl + (br - bl) * left
    ], np.float32)  # fmt: skip
    return Line(line.text[start:stop], quad, line.confidence)


def packed(lines: Iterable[Line]) -> Features:
    """Runs of words of the lines of a picture; those of fewer than `LEAST` letters are left out."""
    read = list(lines)
    total = sum(len(letters(line.text)) for line in read)
    kept = [line for line in map(_clipped, runs(read)) if len(letters(line.text)) >= LEAST]
    frames, labels = np.zeros((len(kept), 4), np.float32), np.zeros(len(kept), np.int16)
    descriptors = np.zeros((len(kept), WIDTH), np.uint8)
    for row, line in enumerate(kept):
        frames[row], labels[row] = _frame(line.quad)
        text = line.text.encode()
        descriptors[row, 0] = round(255 * line.confidence)
        descriptors[row, 1] = round(255 * min(1.0, len(letters(line.text)) / total))
        descriptors[row, 2 : 2 + len(text)] = np.frombuffer(text, np.uint8)
    return Features(frames, descriptors, labels)


def _clipped(line: Line) -> Line:
    """A line of no more than `BYTES`."""
    return replace(line, text=line.text.encode()[:BYTES].decode(errors="ignore"))


def unpacked(features: Features) -> Words:
    """What `packed` packed."""
    rows = np.asarray(features.descriptors, np.uint8)
    texts = tuple(row[2:].tobytes().rstrip(b"\0").decode(errors="ignore") for row in rows)
    confidences, shares = np.asarray(rows[:, :2].T / 255, np.float32)
    widths = features.labels.astype(np.float32)
    spelled = spellings(map(plain, texts))
    return Words(texts, spelled, features.frames, widths, confidences, shares)


def _frame(quad: Floats) -> tuple[tuple[float, float, float, float], int]:
    """Middle, height and direction of a box, and its width."""
    tl, tr, br, bl = quad.astype(np.float64)
    along = (tr - tl + br - bl) / 2
    down = (bl - tl + br - tr) / 2
    x, y = quad.mean(axis=0).tolist()
    width = min(int(np.hypot(*along).round()), np.iinfo(np.int16).max)
    return (x, y, float(np.hypot(*down)), float(np.arctan2(along[1], along[0]))), max(width, 1)


def joined(references: References, more: Iterable[tuple[int, Features]]) -> References:
    """References with further rows of views, in the order of views."""
    parts = [(references.view, references.features)]
    parts += [(np.full(len(one), view, np.int32), one) for view, one in more]
    view = np.concatenate([rows for rows, _ in parts])
    order = np.argsort(view, kind="stable")
    features = Features(
        np.concatenate([one.frames for _, one in parts])[order],
        np.concatenate([one.descriptors for _, one in parts])[order],
        np.concatenate([one.labels for _, one in parts])[order],
    )
    return References(view[order], features)


def letters(text: str) -> str:
    """The letters and digits of a text, without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if one.isalnum())


NONE = References(np.zeros(0, np.int32), packed(()))
"""No words at all."""
