"""What kind of copy a finding is, what was altered, and why we say so, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.records import Evidence, Floats, Measures, Verdict, View

SAME_PARTS = 0.5  # agreement that the worst neighbourhood of the very same sign still reaches
OTHER_SIGN = 0.65  # mean agreement below which the sign as a whole only resembles the mark
SAME_HUES = 0.5
TURNED_COLOUR = -0.3
HIDDEN = 0.6  # coverage below which part of the mark is covered or missing
ADDED = 0.55  # unexplained share from which something was added
MANY = 8  # inliers that only a copy has, however bent
OTHER_LETTERS = "other letters"
SEEN_SO = {"rotated", "seen at an angle"}  # by the camera: no alteration of the sign
TURNED = 12.0  # degrees
STRETCHED = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The verdict class, what was altered, and the reasons, as words for people."""

    verdict: Verdict
    alterations: tuple[str, ...]
    reasons: tuple[str, ...]


def judge(view: View, quad: Floats, evidence: Sequence[Evidence]) -> Judgement:
    """Judge one finding from its view, its outline (4, 2) in the photo, and the evidence there."""
    table = {one.channel: one.measures for one in evidence}
    aligned, fine, word = (
        table.get(name, Measures()) for name in ("alignment", "difference", "words")
    )
    changes = (*_variant(view), *_appearance(aligned, fine), *_position(view, quad))
    changes = (*changes, *_spelling(word, fine))
    reasons = (*(one.note for one in evidence if one.note), *_reasons(table))
    otherwise = fine.agreement < OTHER_SIGN and _inliers(table) < MANY
    return Judgement(_verdict(changes, word, otherwise=otherwise), changes, reasons)


def _verdict(changes: Sequence[str], word: Measures, *, otherwise: bool) -> Verdict:
    """The class of a sign that was changed so; `otherwise` says that it is drawn otherwise."""
    if OTHER_LETTERS in changes:
        return "look-alike"
    if otherwise:
        return "same word" if word.edits == 0 else "look-alike"
    return "altered copy" if set(changes) - SEEN_SO else "identical copy"


def _spelling(word: Measures, fine: Measures) -> list[str]:
    """Of a misspelt word: a reader may err, so its picture must differ somewhere too."""
    return [OTHER_LETTERS] if word.edits > 0 and fine.weakest < SAME_PARTS else []


def _variant(view: View) -> list[str]:
    words = ["mirrored"] if view.mirrored else []
    return words + ([] if view.part == "whole" else [f"only the {view.part}"])


def _appearance(aligned: Measures, fine: Measures) -> list[str]:
    words = []
    if aligned.colour <= TURNED_COLOUR:
        words.append("light and dark turned")
    elif fine.chroma < SAME_HUES:
        words.append("recoloured")
    if aligned.coverage < HIDDEN:
        words.append("partly hidden or changed")
    elif fine.weakest < SAME_PARTS:
        words.append("a part differs")
    if aligned.unexplained > ADDED:
        words.append("something added")
    return words


def _position(view: View, quad: Floats) -> list[str]:
    height, width = view.pixels.shape[:2]
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    words = []
    if abs(np.degrees(np.arctan2(across[1], across[0]))) > TURNED:
        words.append("rotated")
    ratio = (np.linalg.norm(across) / width) / max(float(np.linalg.norm(down)) / height, 1e-6)
    if max(ratio, 1 / max(ratio, 1e-6)) > STRETCHED:
        words.append("seen at an angle")
    return words


def _inliers(table: dict[str, Measures]) -> float:
    counts = [table[name].inliers for name in ("sift", "orb") if name in table]
    return max(counts, default=0.0)


def _reasons(table: dict[str, Measures]) -> list[str]:
    words = [
        f"{table[name].inliers:.0f} {name.upper()} points agree on one pose"
        for name in ("sift", "orb")
        if name in table
    ]
    if "shape" in table:
        words.append(
            f"its outline stands out by {table['shape'].likeness:.1f} sigmas of background"
        )
    for name, what in (("hashes", "whole picture"), ("regions", "region")):
        if name in table:
            words.append(f"the {what}'s hash differs in {table[name].distance:.0%} of bits")
    if "alignment" in table:
        one = table["alignment"]
        words.append(
            f"laid over the photo, {one.coverage:.0%} of the mark's lines are found there "
            f"(agreement {one.agreement:.2f}) and {one.unexplained:.0%} of the lines inside its "
            f"outline are not the mark's"
        )
    if "difference" in table:
        one = table["difference"]
        words.append(
            f"compared closely, its parts agree by {one.agreement:.2f} on average and by "
            f"{one.weakest:.2f} where it differs most"
        )
    return words
