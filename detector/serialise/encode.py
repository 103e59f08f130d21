"""Records as plain JSON values: what `jsonl` writes.

What a decision rests on (scores, log odds, overlaps, odds) keeps every digit; what is measured for
people is rounded. JSON has no NaN and no infinity: a measure that was not taken is left out, and
any other number that is not finite becomes null.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.records import (
    Evidence,
    Explanation,
    Finding,
    Listing,
    MarkScore,
    Matrix,
    Suppressor,
    TextFinding,
)

MOST_MATCHES = 60
"""Matched points written for one piece of evidence; more would only make lines long."""

Json = dict[str, Any]


def listing_value(listing: Listing) -> Json:
    """Convert a listing to a JSON object, without the `type` and `schema` of its line.

    Boxes, outlines and matches are rounded to 0.1 pixel, measures to 4 decimals, seconds to 3,
    homographies to 7 significant digits.
    """
    return {
        "path": listing.path,
        "status": listing.status,
        "width": listing.width,
        "height": listing.height,
        "decision": listing.decision,
        "findings": [_finding(finding) for finding in listing.findings],
        "seconds": _rounded(listing.seconds, 3),
        "message": listing.message,
        "digest": listing.digest,
        "title": listing.title,
        "description": listing.description,
        "text": [_text_finding(finding) for finding in listing.text],
        "category": listing.category,
        "brand": listing.brand,
        "seller": listing.seller,
        "classes": list(listing.classes),
        "external_id": listing.external_id,
        "scores": [_score(score) for score in listing.scores],
        "provenance": asdict(listing.provenance),
        "picture": listing.picture,
        "pictures": listing.pictures,
        "whole_decision": listing.whole_decision,
    }


def _finding(finding: Finding) -> Json:
    return {
        "mark": finding.mark,
        "name": finding.name,
        "score": _exact(finding.score),
        "verdict": finding.verdict,
        "box": _pixels(finding.box),
        "quad": [_pixels(corner) for corner in finding.quad],
        "evidence": _evidence(finding.evidence),
        "fingerprint": finding.fingerprint,
        "source": finding.source,
        "part": finding.part,
        "inverted": finding.inverted,
        "mirrored": finding.mirrored,
        "frame": finding.frame,
        "authorised": finding.authorised,
        "alterations": list(finding.alterations),
        "reasons": list(finding.reasons),
        "expired": finding.expired,
        "log_odds": _exact(finding.log_odds),
        "instance": finding.instance,
    }


def _text_finding(finding: TextFinding) -> Json:
    return {
        "mark": finding.mark,
        "name": finding.name,
        "score": _exact(finding.score),
        "field": finding.field,
        "span": [finding.start, finding.end],
        "word": finding.word,
        "reading": finding.reading,
        "changes": list(finding.changes),
        "authorised": finding.authorised,
        "expired": finding.expired,
        "exact": finding.exact,
        "hints": list(finding.hints),
        "compatible": finding.compatible,
    }


def _score(score: MarkScore) -> Json:
    return {
        "mark": score.mark,
        "where": score.where,
        "score": _exact(score.score),
        "log_odds": _exact(score.log_odds),
        "box": None if score.box is None else _pixels(score.box),
        "suppressed_by": [_suppressor(rival) for rival in score.suppressed_by],
        "excused": score.excused,
        "kind": score.kind,
        "explained_by": [_explanation(sign) for sign in score.explained_by],
        "compatible": score.compatible,
    }


def _suppressor(rival: Suppressor) -> Json:
    return {"mark": rival.mark, "overlap": _exact(rival.overlap), "odds": _exact(rival.odds)}


def _explanation(sign: Explanation) -> Json:
    return {
        "mark": sign.mark,
        "inside": _exact(sign.inside),
        "agreement": _rounded(sign.agreement, 4),
        "odds": _exact(sign.odds),
    }


def _evidence(evidence: tuple[Evidence, ...]) -> Json:
    """Keyed by channel; the second piece of one channel gets the key `channel#2`, and so on."""
    result: Json = {}
    seen: dict[str, int] = {}
    for piece in evidence:
        seen[piece.channel] = count = seen.get(piece.channel, 0) + 1
        result[piece.channel if count == 1 else f"{piece.channel}#{count}"] = _piece(piece)
    return result


def _piece(piece: Evidence) -> Json:
    """One piece of evidence; `view` is text, because many readers keep only 53 bits of a number."""
    measured = {name: _rounded(value, 4) for name, value in piece.measures.items()}
    kept = piece.matches[np.isfinite(piece.matches).all(axis=1)][:MOST_MATCHES]
    return {
        "view": str(int(piece.view)),
        **{name: value for name, value in measured.items() if value is not None},
        **({"note": piece.note} if piece.note else {}),
        "homography": _homography(piece.homography),
        "matches": [_pixels(row) for row in kept],
    }


def _homography(homography: Matrix | None) -> list[float] | None:
    if homography is None or not np.isfinite(homography).all():
        return None
    return [float(f"{value:.7g}") for value in homography.ravel()]


def _exact(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _rounded(value: float, digits: int) -> float | None:
    """Without a negative zero."""
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def _pixels(values: Iterable[float] | NDArray[np.floating]) -> list[float | None]:
    return [_rounded(float(value), 1) for value in values]
