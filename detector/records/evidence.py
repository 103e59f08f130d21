"""Proposed poses, measures, and evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace

import numpy as np

from detector.records.vocabulary import ChannelName, CheckName, Floats, Matrix


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything that channels and checks measure of a view in a photo; NaN is "not measured".

    Scorer, JSON and report use the same names.
    """

    inliers: float = float("nan")
    """Distinct photo points among the inliers of one homography."""
    spread: float = float("nan")
    """Share of the mark's area that the convex hull of the inliers covers, 0..1."""
    agreement: float = float("nan")
    """Normalised correlation of the edge fields of mark and rectified photo, -1..1."""
    weakest: float = float("nan")
    """Lowest local agreement in the mark, -1..1; low where a part differs."""
    coverage: float = float("nan")
    """Share of the mark's edges found in the photo, 0..1."""
    unexplained: float = float("nan")
    """Share of the photo's edges inside the mark's outline that the mark does not have, 0..1."""
    colour: float = float("nan")
    """Correlation of colours under the outline, -1..1; negative where the polarity is inverted."""
    chroma: float = float("nan")
    """Correlation of chroma under the outline, -1..1; low where the sign is recoloured."""
    distance: float = float("nan")
    """Share of hash bits that differ, 0..1; of the whole photo or of a rectified region."""
    likeness: float = float("nan")
    """Score of the view's template or vector, in standard deviations of background photos."""
    cosine: float = float("nan")
    """Cosine of the learned descriptors of the view and of a window of the photo, -1..1."""
    reading: float = float("nan")
    """Similarity of a word in the photo to one of the mark, 0..1; 1 is the same letters."""
    edits: float = float("nan")
    """Weighted edit distance from the mark's word, about 1 a letter; NaN where OCR is unsure."""
    share: float = float("nan")
    """Share of the view's letters that are in words that were read, 0..1."""
    rarity: float = float("nan")
    """Rarity of that word in ordinary language, 0..1; 0 is an everyday word."""
    likeness_gap: float = float("nan")
    """By how much `likeness` exceeds the view's highest with a graphic of the cohort."""
    cosine_gap: float = float("nan")
    """By how much `cosine` exceeds the view's highest with a graphic of the cohort."""
    rim: float = float("nan")
    """Strength of the photo's edges around the outline, as a share of that inside, 0..4."""
    fullest_rim: float = float("nan")
    """The same along the side of the outline where it is highest."""
    extent: float = float("nan")
    """Square root of the outline's area, in photo pixels."""
    filling: float = float("nan")
    """The same as a share of that of the photo's area."""
    tilt: float = float("nan")
    """Angle of the outline's upper side with the horizontal, 0..180 degrees."""
    stretch: float = float("nan")
    """Factor by which the outline's aspect differs from the view's, at least 1."""
    visible: float = float("nan")
    """Share of the outline's area inside the photo, 0..1."""
    marks: float = float("nan")
    """Number of marks in the index: of many, the best by chance is higher."""
    letters_inside: float = float("nan")
    """Letters inside the outline, of the word that covers most of it."""
    letters_beyond: float = float("nan")
    """Letters of that word beyond the outline."""
    letter_height: float = float("nan")
    """Height of that word, as a share of the outline's extent."""
    reads_as: float = float("nan")
    """Highest similarity of a word read clearly inside the outline to one of the mark, 0..1."""
    same_sign: float = float("nan")
    """Log-odds that photo and view look like the same sign, by the network of the second look."""

    def items(self) -> list[tuple[str, float]]:
        """The measured names and values, in the order of declaration."""
        pairs = [(f.name, float(getattr(self, f.name))) for f in fields(self)]
        return [(name, value) for name, value in pairs if not math.isnan(value)]


def merged(measures: Measures, more: Measures) -> Measures:
    """Measures with those of `more` added."""
    return replace(measures, **dict(more.items()))


def no_matches() -> Floats:
    """An empty array (0, 4) float32 of pairs of points."""
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A pose of a view that a channel proposes in a photo.

    `view` is a row of the index's `ViewTable`; `pose` (3, 3) float64 maps view pixels to photo
    pixels; `matches` (K, 4) float32 rows are x_view, y_view, x_photo, y_photo of inliers.
    `note` is a reason in words.
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
