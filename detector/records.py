"""The words of this project, as data. Every stage takes some of these and returns others.

file -> `Reading` of `Picture`s -> `Features` -> shortlist -> `Evidence` -> `Finding` -> `Listing`

Coordinates are always x, y in pixels with the centre of the first pixel at (0.5, 0.5); boxes are
x0 y0 x1 y1; photo coordinates are those of the upright source photo. Arrays are never changed
after a record is made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["ok", "partial", "refused", "error", "skipped"]
Kind = Literal["logo", "word", "design", "pattern"]
Part = Literal["whole", "emblem", "word"]
Ground = Literal["none", "white", "contrast"]
Verdict = Literal["identical copy", "altered copy", "same word", "look-alike"]
Decision = Literal["pass", "review", "block"]
TextField = Literal["title", "description"]

KINDS: tuple[Kind, ...] = ("logo", "word", "design", "pattern")
STATUSES: tuple[Status, ...] = ("ok", "partial", "refused", "error", "skipped")

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded picture. `pixels` (H, W, 3) uint8 RGB, upright.

    `frame` is the frame number in an animation; `ground` says on what a transparent picture was
    laid (a transparent file gives two pictures: on white and on a contrasting grey).
    """

    pixels: Pixels
    frame: int = 0
    ground: Ground = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What became of one file. `pictures` is empty unless `status` is ok or partial.

    `width`, `height` are of the upright source (0 when unknown), `digest` is the SHA-256 of the
    bytes in hex ("" when they were not read), `message` says what was wrong and what to do.
    """

    path: str
    status: Status
    message: str = ""
    width: int = 0
    height: int = 0
    digest: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What a rights holder protects: a logo, word, design or pattern and who may use it.

    `words` are what people read on it; none are given where the name says it.
    """

    id: str
    name: str
    kind: Kind = "logo"
    owner: str = ""
    nice_classes: tuple[int, ...] = ()
    vienna_codes: tuple[str, ...] = ()
    registration: str = ""
    valid_until: date | None = None
    authorised_sellers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def authorises(self, seller: str) -> bool:
        """Whether a seller may use the mark; "" is nobody."""
        return bool(seller) and seller in self.authorised_sellers


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A mark's word, or one deceptively like it, in a text: `reading` is `text[start:end]`.

    `likeness` says how surely the letters mean the word, 0..1. `score` is that, held down where
    the word or the reading is `ordinary`: then letters alone prove nothing. `changes` says in words
    how the reading differs.
    """

    mark: str
    word: str
    reading: str
    start: int
    end: int
    score: float
    likeness: float
    changes: tuple[str, ...]
    ordinary: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture of a mark as the index keeps it, derived from a source picture.

    `pixels` (H, W, 3) uint8 RGB, trimmed to the content with a margin; `content` (H, W) bool is
    True on the mark itself. `part` names which part of the mark is shown, `inverted` whether its
    polarity was turned, `mirrored` whether it was flipped left to right.
    """

    mark: str
    source: str
    pixels: Pixels
    content: NDArray[np.bool_]
    part: Part = "whole"
    inverted: bool = False
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a channel keeps of a picture: N descriptors, each with a frame.

    `frames` (N, 4) float32: x, y, size in pixels, angle in radians. `descriptors` (N, D): uint8
    (packed bits or quantised) or float16 (unit length). `labels` (N,) int16 mean what the channel
    says.
    """

    frames: Floats
    descriptors: NDArray[np.uint8] | NDArray[np.float16]
    labels: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.frames)


def spans(view: NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """(view, start, stop) of every run of equal numbers in a non-decreasing (M,) array."""
    starts = np.flatnonzero(np.diff(view, prepend=-1))
    stops = [*starts[1:].tolist(), len(view)]
    return [(int(view[a]), a, b) for a, b in zip(starts.tolist(), stops, strict=False)]


def columns_of(frames: Floats) -> int:
    """Columns of a grid whose cells' frames (N, 4) stand row by row from the top left."""
    return int(np.count_nonzero(frames[:, 1] == frames[0, 1]))


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """The features of all views of an index in one channel, and which view each row belongs to.

    `view` (M,) int32 is non-decreasing; `features` has M rows in the frame of their own view.
    """

    view: NDArray[np.int32]
    features: Features


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything a channel can measure about one (photo, view) pair; NaN is "not measured".

    The scorer reads these by name; JSON and report show them by the same names.
    """

    inliers: float = float("nan")
    """Distinct photo points that agree with one homography."""
    spread: float = float("nan")
    """Share of the mark's area that these points span, 0..1: one word of many spans little."""
    agreement: float = float("nan")
    """Edge orientation agreement of the warped photo with the mark, -1..1; 1 is the same edges."""
    weakest: float = float("nan")
    """The lowest agreement in any one neighbourhood of the mark, -1..1; low where it differs."""
    coverage: float = float("nan")
    """Share of the mark's edges found in the photo, 0..1."""
    unexplained: float = float("nan")
    """Share of the photo's edges inside the mark's outline that the mark does not have, 0..1."""
    colour: float = float("nan")
    """Correlation of colours under the outline, -1..1; below 0 the polarity is turned."""
    chroma: float = float("nan")
    """Correlation of hues under the outline, lightness left out, -1..1; low when recoloured."""
    distance: float = float("nan")
    """Share of hash bits that differ, 0..1; of the whole photo or of a rectified region."""
    likeness: float = float("nan")
    """How far the view stands out from what its channel gives on background photos, in sigmas."""
    cosine: float = float("nan")
    """Cosine of the learned descriptors of the view and of a window of the photo, -1..1."""
    reading: float = float("nan")
    """Likeness of a word in the photo to one of the mark, 0..1; 1 is the same letters."""
    edits: float = float("nan")
    """What the changes to the mark's word cost, about one a letter; NaN where it is unclear."""
    share: float = float("nan")
    """Share of the view's letters in words that were read, 0..1; 1 where it is a mark's name."""
    rarity: float = float("nan")
    """How seldom that word is met in ordinary language, 0..1; 0 is an everyday word."""

    def items(self) -> list[tuple[str, float]]:
        """The measured names and values, in the order of declaration."""
        pairs = [(f.name, float(getattr(self, f.name))) for f in fields(self)]
        return [(name, value) for name, value in pairs if not math.isnan(value)]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one channel measured about one view in one photo.

    `homography` (3, 3) float64 maps view pixels to photo pixels; None where there is no pose.
    `matches` (K, 4) float32 rows are x_view, y_view, x_photo, y_photo of agreeing points. `told`
    says what no number can, for people.
    """

    channel: str
    view: int
    measures: Measures
    homography: Matrix | None
    matches: Floats
    told: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One mark found in one photo. `score` is the probability that a buyer would meet it there.

    `quad` (4, 2) float32 outlines the view in the photo, clockwise from the view's top left;
    `box` is x0, y0, x1, y1. `source`, `part`, `inverted`, `mirrored` name the view that matched.
    `alterations` and `reasons` are words for people; `evidence` is best first.
    """

    mark: str
    name: str
    score: float
    verdict: Verdict
    box: tuple[float, float, float, float]
    quad: Floats
    evidence: tuple[Evidence, ...]
    fingerprint: str
    source: str = ""
    part: Part = "whole"
    inverted: bool = False
    mirrored: bool = False
    frame: int = 0
    authorised: bool = False
    alterations: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One mark found in the title or description beside a photo, where it is clearest.

    `reading` is the text as it stands from `start` to `end`, in characters of that field; `word`
    is the mark's, and `changes` say in words how the reading differs. `score` is as of `Finding`.
    """

    mark: str
    name: str
    score: float
    field: TextField
    start: int
    end: int
    word: str
    reading: str
    changes: tuple[str, ...] = ()
    authorised: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The answer for one photo: what it was, what was found, best first, and what to do.

    `title` and `description` are the texts that were given with it, `text` what was found there.
    """

    path: str
    status: Status
    decision: Decision
    message: str = ""
    width: int = 0
    height: int = 0
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    title: str = ""
    description: str = ""
    text: tuple[TextFinding, ...] = ()

    @property
    def found(self) -> tuple[Finding | TextFinding, ...]:
        """What was found in the photo, then what was found in the texts."""
        return (*self.findings, *self.text)
