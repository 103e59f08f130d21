"""What channels propose and what is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import numpy as np

from detector.records.vocabulary import ChannelName, CheckName, Floats, Matrix


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


def no_matches() -> Floats:
    """(0, 4) float32: no pair of points."""
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A place where a channel supposes a view to be in the photo.

    `view` is a row of the index's `ViewTable`; `pose` (3, 3) float64 maps view pixels to photo
    pixels; `matches` (K, 4) float32 rows are x_view, y_view, x_photo, y_photo of agreeing points.
    `note` says what no number can, for people.
    """

    channel: ChannelName
    view: int
    measures: Measures
    pose: Matrix
    matches: Floats = field(default_factory=no_matches)
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a channel or a check measured about one view in one photo.

    `view` is the permanent id of the view; `homography` (3, 3) float64 maps view pixels to photo
    pixels, None where there is no pose; `matches` and `note` are as of `Proposal`.
    """

    channel: ChannelName | CheckName
    view: int
    measures: Measures
    homography: Matrix | None = None
    matches: Floats = field(default_factory=no_matches)
    note: str = ""
