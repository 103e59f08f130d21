"""What kind of copy a finding is, what was altered, and why we say so, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.channels.registry import CHANNELS
from detector.records import Alteration, Evidence, Floats, Measures, Verdict, View
from detector.score_terms import EvidenceSpec
from detector.verification.registry import CHECKS

SAME_PARTS = 0.5  # agreement that the worst neighbourhood of the very same sign still reaches
OTHER_SIGN = 0.65  # mean agreement below which the sign as a whole only resembles the mark
SAME_HUES = 0.5
TURNED_COLOUR = -0.3
HIDDEN = 0.6  # coverage below which part of the mark is covered or missing
ADDED = 0.55  # unexplained share from which something was added
MANY = 8  # inliers that only a copy has, however bent
PROOF = {
    "alignment": ("coverage", "unexplained", "colour"),
    "difference": ("agreement", "weakest", "chroma"),
}
"""What must have been measured before a copy is called identical."""

SPECS: tuple[EvidenceSpec, ...] = (*CHANNELS, *CHECKS)
BY_CAMERA = {Alteration.ROTATED, Alteration.PERSPECTIVE}  # no alteration of the sign
PARTS = {"emblem": Alteration.EMBLEM_ONLY, "word": Alteration.WORD_ONLY}
TURNED = 12.0  # degrees
STRETCHED = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The verdict class, what was altered, and the reasons, as words for people."""

    verdict: Verdict
    alterations: tuple[Alteration, ...]
    reasons: tuple[str, ...]


def judge(
    view: View, quad: Floats, evidence: Sequence[Evidence], specs: Sequence[EvidenceSpec] = SPECS
) -> Judgement:
    """Judge one finding from its view, its outline (4, 2) in the photo, and the evidence there.

    `specs` put the evidence of channels and checks into words.
    """
    table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
    aligned, fine, word = (
        table.get(name, Measures()) for name in ("alignment", "difference", "words")
    )
    changes = (*_variant(view), *_appearance(aligned, fine), *_position(view, quad))
    changes = (*changes, *_spelling(word, fine))
    alike = fine.agreement >= OTHER_SIGN or _inliers(table) >= MANY
    unknown = _unknown(table)
    verdict = _verdict(changes, word, alike=alike, compared=not unknown)
    reasons = [*(piece.note for piece in evidence if piece.note), *_reasons(table, specs)]
    if unknown and verdict == "altered copy":
        reasons.append(f"not called identical: {', '.join(unknown)} could not be measured")
    return Judgement(verdict, changes, tuple(reasons))


def _verdict(
    changes: Sequence[Alteration], word: Measures, *, alike: bool, compared: bool
) -> Verdict:
    """The class of a sign that was changed so.

    `alike` says that it is drawn as the mark is, `compared` that all was measured by which a copy
    could differ.
    """
    if Alteration.OTHER_LETTERS in changes:
        return "look-alike"
    if not alike:
        return "same word" if word.edits == 0 else "look-alike"
    return "identical copy" if compared and not set(changes) - BY_CAMERA else "altered copy"


def _unknown(table: Mapping[str, Measures]) -> list[str]:
    """The measures that an identical copy needs and that were not taken."""
    return [
        name
        for channel, names in PROOF.items()
        for name in names
        if np.isnan(getattr(table.get(channel, Measures()), name))
    ]


def _spelling(word: Measures, fine: Measures) -> list[Alteration]:
    """Of a misspelt word: a reader may err, so its picture must not agree everywhere."""
    return [Alteration.OTHER_LETTERS] if word.edits > 0 and not fine.weakest >= SAME_PARTS else []


def _variant(view: View) -> list[Alteration]:
    mirrored = [Alteration.MIRRORED] if view.mirrored else []
    return mirrored + ([] if view.part == "whole" else [PARTS[view.part]])


def _appearance(aligned: Measures, fine: Measures) -> list[Alteration]:
    found = []
    if aligned.colour <= TURNED_COLOUR:
        found.append(Alteration.INVERTED)
    elif fine.chroma < SAME_HUES:
        found.append(Alteration.RECOLOURED)
    if aligned.coverage < HIDDEN:
        found.append(Alteration.PARTLY_HIDDEN)
    elif fine.weakest < SAME_PARTS:
        found.append(Alteration.PART_DIFFERS)
    if aligned.unexplained > ADDED:
        found.append(Alteration.ADDED)
    return found


def _position(view: View, quad: Floats) -> list[Alteration]:
    height, width = view.pixels.shape[:2]
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    found = []
    if abs(np.degrees(np.arctan2(across[1], across[0]))) > TURNED:
        found.append(Alteration.ROTATED)
    ratio = (np.linalg.norm(across) / width) / max(float(np.linalg.norm(down)) / height, 1e-6)
    if max(ratio, 1 / max(ratio, 1e-6)) > STRETCHED:
        found.append(Alteration.PERSPECTIVE)
    return found


def _inliers(table: Mapping[str, Measures]) -> float:
    counts = [table[name].inliers for name in ("sift", "orb") if name in table]
    return max((count for count in counts if not np.isnan(count)), default=0.0)


def _reasons(table: Mapping[str, Measures], specs: Sequence[EvidenceSpec]) -> list[str]:
    found = (spec.wording(table[spec.name]) for spec in specs if spec.name in table)
    return [reason for reason in found if reason]
