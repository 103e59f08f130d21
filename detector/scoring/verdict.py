"""The verdict on a finding: the kind of copy, its alterations, and the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector.channels.registry import CHANNELS
from detector.records import Alteration, Evidence, Floats, Measures, Verdict, View
from detector.score_terms import EvidenceSpec
from detector.verification.registry import CHECKS

# The measures of an unaltered copy; `tools/count_verdicts.py` measures how well they separate.
MIN_WEAKEST = 0.5  # of its worst neighbourhood; below it a part differs
MIN_AGREEMENT = 0.65  # below it the sign as a whole only resembles the mark
MIN_CHROMA = 0.5  # below it the sign is recoloured
MIN_COLOUR = -0.3  # from it down light and dark are inverted
MIN_COVERAGE = 0.6  # below it a part of the mark is hidden or missing
MAX_UNEXPLAINED = 0.55  # above it something was added
COPY_INLIERS = 8  # keypoints that only a copy has, however bent
REQUIRED_MEASURES = {
    "alignment": ("coverage", "unexplained", "colour"),
    "difference": ("agreement", "weakest", "chroma"),
}
"""The measures without which no copy is called identical."""

SPECS: tuple[EvidenceSpec, ...] = (*CHANNELS, *CHECKS)
CAMERA_EFFECTS = {Alteration.ROTATED, Alteration.PERSPECTIVE}  # no alteration of the sign itself
PARTS = {"emblem": Alteration.EMBLEM_ONLY, "word": Alteration.WORD_ONLY}
MIN_ROTATION = 12.0  # degrees from which a sign is called rotated
MIN_STRETCH = 1.3  # change of aspect from which it is called seen at an angle


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The verdict, the alterations, and the reasons in words."""

    verdict: Verdict
    alterations: tuple[Alteration, ...]
    reasons: tuple[str, ...]


def judge(
    view: View,
    quad: Floats,
    evidence: Sequence[Evidence],
    specs: Sequence[EvidenceSpec] = SPECS,
    *,
    own_picture: bool = False,
) -> Judgement:
    """Judge a finding by its view, its outline (4, 2) in the photo, and the evidence there.

    `specs` give the wording of the reasons. Of a photo that is the view's `own_picture`, the lines
    were found by comparing both: those of a fine drawing are too fine for the samples of a view.
    """
    table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
    aligned, local, word = (
        table.get(name, Measures()) for name in ("alignment", "difference", "words")
    )
    if own_picture:
        aligned = replace(aligned, coverage=1.0, unexplained=0.0)
    alterations = (
        *_variant(view),
        *_appearance(aligned, local),
        *_geometry(view, quad),
        *_spelling(word, local),
    )
    same_drawing = local.agreement >= MIN_AGREEMENT or _inliers(table) >= COPY_INLIERS
    missing = _missing_measures(table)
    verdict = _verdict(alterations, word, same_drawing=same_drawing, compared=not missing)
    reasons = [*(piece.note for piece in evidence if piece.note), *_reasons(table, specs)]
    if missing and verdict == "altered copy":
        reasons.append(f"not called identical: {', '.join(missing)} could not be measured")
    return Judgement(verdict, alterations, tuple(reasons))


def _verdict(
    alterations: Sequence[Alteration], word: Measures, *, same_drawing: bool, compared: bool
) -> Verdict:
    """The verdict on a sign with these alterations.

    `same_drawing` says that it is drawn as the mark is, `compared` that all `REQUIRED_MEASURES`
    were taken.
    """
    if Alteration.OTHER_LETTERS in alterations:
        return "look-alike"
    if not same_drawing:
        return "same word" if word.edits == 0 else "look-alike"
    unaltered = compared and set(alterations) <= CAMERA_EFFECTS
    return "identical copy" if unaltered else "altered copy"


def _missing_measures(table: Mapping[str, Measures]) -> list[str]:
    """The `REQUIRED_MEASURES` that were not taken."""
    return [
        name
        for channel, names in REQUIRED_MEASURES.items()
        for name in names
        if np.isnan(getattr(table.get(channel, Measures()), name))
    ]


def _spelling(word: Measures, local: Measures) -> list[Alteration]:
    """Other letters: OCR may err, so a part of the picture must differ as well."""
    differs = word.edits > 0 and not local.weakest >= MIN_WEAKEST
    return [Alteration.OTHER_LETTERS] if differs else []


def _variant(view: View) -> list[Alteration]:
    mirrored = [Alteration.MIRRORED] if view.mirrored else []
    return mirrored + ([] if view.part == "whole" else [PARTS[view.part]])


def _appearance(aligned: Measures, local: Measures) -> list[Alteration]:
    alterations = []
    if aligned.colour <= MIN_COLOUR:
        alterations.append(Alteration.INVERTED)
    elif local.chroma < MIN_CHROMA:
        alterations.append(Alteration.RECOLOURED)
    if aligned.coverage < MIN_COVERAGE:
        alterations.append(Alteration.PARTLY_HIDDEN)
    elif local.weakest < MIN_WEAKEST:
        alterations.append(Alteration.PART_DIFFERS)
    if aligned.unexplained > MAX_UNEXPLAINED:
        alterations.append(Alteration.ADDED)
    return alterations


def _geometry(view: View, quad: Floats) -> list[Alteration]:
    height, width = view.pixels.shape[:2]
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    alterations = []
    if abs(np.degrees(np.arctan2(across[1], across[0]))) > MIN_ROTATION:
        alterations.append(Alteration.ROTATED)
    ratio = (np.linalg.norm(across) / width) / max(float(np.linalg.norm(down)) / height, 1e-6)
    if max(ratio, 1 / max(ratio, 1e-6)) > MIN_STRETCH:
        alterations.append(Alteration.PERSPECTIVE)
    return alterations


def _inliers(table: Mapping[str, Measures]) -> float:
    counts = [table[name].inliers for name in ("sift", "orb") if name in table]
    return max((count for count in counts if not np.isnan(count)), default=0.0)


def _reasons(table: Mapping[str, Measures], specs: Sequence[EvidenceSpec]) -> list[str]:
    reasons = (spec.wording(table[spec.name]) for spec in specs if spec.name in table)
    return [reason for reason in reasons if reason]
