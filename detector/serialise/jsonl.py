"""Listings as lines of JSON: the contract with other programs, and the way back.

One line a photo, one last line for the summary. Lines are plain ASCII JSON without NaN or
Infinity: what was not measured is left out, or null where a place must be kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from detector.errors import UsageError
from detector.records import (
    Alteration,
    Decision,
    Evidence,
    Finding,
    Floats,
    Listing,
    Matrix,
    Measures,
    Part,
    Status,
    TextField,
    TextFinding,
    Verdict,
)
from detector.serialise.tally import Tally

MOST_MATCHES = 60
"""Matched points written for one piece of evidence; the rest would only make lines long."""

Json = dict[str, Any]


def listing_to_json(listing: Listing) -> str:
    """One listing as one line of JSON without a line end.

    Scores and measures are rounded to 4 decimals, boxes, outlines and matches to 1 decimal
    (pixels), homographies to 7 significant digits. At most `MOST_MATCHES` matches are written.
    """
    return _dump(
        {
            "type": "image",
            "path": listing.path,
            "status": listing.status,
            "width": listing.width,
            "height": listing.height,
            "decision": listing.decision,
            "findings": [_finding_to_json(finding) for finding in listing.findings],
            "seconds": _number(listing.seconds, 3),
            "message": listing.message,
            "digest": listing.digest,
            "title": listing.title,
            "description": listing.description,
            "text": [_text_to_json(finding) for finding in listing.text],
        }
    )


def listing_from_json(line: str) -> Listing:
    """The listing a line was made from, up to rounding; writing it again gives the same line.

    Raises `UsageError` when the line is not one that `listing_to_json` wrote.
    """
    try:
        return _listing_from(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"this is not a result line of a scan ({type(error).__name__}: {error})",
            remedy="Take lines of type image from the output of: detector scan --format jsonl",
        ) from error


def summary_to_json(
    tally: Tally,
    *,
    index: str = "",
    threshold: float | None = None,
    words: bool = False,
    complete: bool = True,
) -> str:
    """The last line of a scan. `index` is the generation of the reference index used.

    `words` says whether they were read.

    `complete` is False when the scan was interrupted; `findings` counts findings, not photos.
    """
    return _dump(
        {
            "type": "summary",
            "complete": complete,
            "images": tally.images,
            "statuses": dict(tally.statuses),
            "decisions": dict(tally.decisions),
            "findings": tally.findings,
            "index": index,
            "threshold": threshold,
            "words": words,
        }
    )


def _dump(value: Json) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _finding_to_json(finding: Finding) -> Json:
    return {
        "mark": finding.mark,
        "name": finding.name,
        "score": _number(finding.score, 4),
        "verdict": finding.verdict,
        "box": _numbers(finding.box),
        "quad": [_numbers(corner) for corner in finding.quad],
        "evidence": _evidence_to_json(finding.evidence),
        "fingerprint": finding.fingerprint,
        "source": finding.source,
        "part": finding.part,
        "inverted": finding.inverted,
        "mirrored": finding.mirrored,
        "frame": finding.frame,
        "authorised": finding.authorised,
        "alterations": list(finding.alterations),
        "reasons": list(finding.reasons),
    }


def _text_to_json(finding: TextFinding) -> Json:
    return {
        "mark": finding.mark,
        "name": finding.name,
        "score": _number(finding.score, 4),
        "field": finding.field,
        "span": [finding.start, finding.end],
        "word": finding.word,
        "reading": finding.reading,
        "changes": list(finding.changes),
        "authorised": finding.authorised,
    }


def _evidence_to_json(evidence: tuple[Evidence, ...]) -> Json:
    """Keyed by channel; the second piece of one channel gets the key `channel#2`, and so on."""
    result: Json = {}
    seen: dict[str, int] = {}
    for piece in evidence:
        seen[piece.channel] = count = seen.get(piece.channel, 0) + 1
        result[piece.channel if count == 1 else f"{piece.channel}#{count}"] = _piece_to_json(piece)
    return result


def _piece_to_json(piece: Evidence) -> Json:
    measured = {name: _number(value, 4) for name, value in piece.measures.items()}
    kept = piece.matches[np.isfinite(piece.matches).all(axis=1)][:MOST_MATCHES]
    return {
        "view": int(piece.view),
        **{name: value for name, value in measured.items() if value is not None},
        **({"note": piece.note} if piece.note else {}),
        "homography": _homography_to_json(piece.homography),
        "matches": [_numbers(row) for row in kept],
    }


def _homography_to_json(homography: Matrix | None) -> list[float] | None:
    if homography is None or not np.isfinite(homography).all():
        return None
    return [float(f"{value:.7g}") for value in homography.ravel()]


def _number(value: float, digits: int) -> float | None:
    """Rounded, without a negative zero; None for what JSON cannot hold."""
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def _numbers(values: Iterable[float] | NDArray[np.floating]) -> list[float | None]:
    return [_number(float(value), 1) for value in values]


def _listing_from(line: Json) -> Listing:
    if line["type"] != "image":
        raise ValueError(f"its type is {line['type']!r}")
    return Listing(
        path=str(line["path"]),
        status=_word(line["status"], get_args(Status)),
        decision=_word(line["decision"], get_args(Decision)),
        message=str(line["message"]),
        width=int(line["width"]),
        height=int(line["height"]),
        digest=str(line["digest"]),
        findings=tuple(_finding_from(finding) for finding in line["findings"]),
        seconds=_float(line["seconds"]),
        title=str(line["title"]),
        description=str(line["description"]),
        text=tuple(_text_from(finding) for finding in line["text"]),
    )


def _finding_from(value: Json) -> Finding:
    x0, y0, x1, y1 = (_float(side) for side in value["box"])
    return Finding(
        mark=str(value["mark"]),
        name=str(value["name"]),
        score=_float(value["score"]),
        verdict=_word(value["verdict"], get_args(Verdict)),
        box=(x0, y0, x1, y1),
        quad=_rows(value["quad"], 2),
        evidence=tuple(_piece_from(key, piece) for key, piece in value["evidence"].items()),
        fingerprint=str(value["fingerprint"]),
        source=str(value["source"]),
        part=_word(value["part"], get_args(Part)),
        inverted=bool(value["inverted"]),
        mirrored=bool(value["mirrored"]),
        frame=int(value["frame"]),
        authorised=bool(value["authorised"]),
        alterations=tuple(Alteration(word) for word in value["alterations"]),
        reasons=tuple(str(word) for word in value["reasons"]),
    )


def _text_from(value: Json) -> TextFinding:
    start, end = value["span"]
    return TextFinding(
        mark=str(value["mark"]),
        name=str(value["name"]),
        score=_float(value["score"]),
        field=_word(value["field"], get_args(TextField)),
        start=int(start),
        end=int(end),
        word=str(value["word"]),
        reading=str(value["reading"]),
        changes=tuple(str(word) for word in value["changes"]),
        authorised=bool(value["authorised"]),
    )


def _piece_from(key: str, value: Json) -> Evidence:
    names = [field.name for field in fields(Measures) if field.name in value]
    homography = value["homography"]
    return Evidence(
        channel=key.partition("#")[0],
        view=int(value["view"]),
        measures=Measures(**{name: _float(value[name]) for name in names}),
        homography=None if homography is None else np.array(homography, np.float64).reshape(3, 3),
        matches=_rows(value["matches"], 4),
        note=str(value.get("note", "")),
    )


def _rows(values: list[list[float | None]], columns: int) -> Floats:
    rows = [[_float(value) for value in row] for row in values]
    return np.array(rows, np.float32).reshape(len(rows), columns)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _word(value: Any, words: tuple[str, ...]) -> Any:
    """The value, when it is one of the words of a closed vocabulary."""
    if value not in words:
        raise ValueError(f"{value!r} is not one of {', '.join(words)}")
    return value
