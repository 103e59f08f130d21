"""Plain JSON values as records again: what `jsonl` reads.

Everything here raises `ValueError`, `KeyError`, `TypeError`, `AttributeError` or `OverflowError`
for a value that `encode` did not write; `jsonl` turns them into one error.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any, get_args

import numpy as np

from detector.records import (
    SCHEMA,
    Alteration,
    ChannelName,
    CheckName,
    Decision,
    Evidence,
    Explanation,
    Finding,
    Floats,
    Kind,
    Listing,
    MarkScore,
    Measures,
    Part,
    Place,
    Provenance,
    Status,
    Suppressor,
    TextField,
    TextFinding,
    Verdict,
)
from detector.serialise.encode import Json

Box = tuple[float, float, float, float]


def listing_of(value: Json) -> Listing:
    """Convert an object of `listing_value` back to its listing, equal up to rounding."""
    return Listing(
        path=str(value["path"]),
        status=_word(value["status"], get_args(Status)),
        decision=_word(value["decision"], get_args(Decision)),
        message=str(value["message"]),
        width=int(value["width"]),
        height=int(value["height"]),
        digest=str(value["digest"]),
        findings=tuple(_finding(finding) for finding in value["findings"]),
        seconds=_float(value["seconds"]),
        title=str(value["title"]),
        description=str(value["description"]),
        text=tuple(_text_finding(finding) for finding in value["text"]),
        category=str(value["category"]),
        brand=str(value["brand"]),
        seller=str(value["seller"]),
        classes=tuple(int(number) for number in value["classes"]),
        external_id=str(value["external_id"]),
        scores=tuple(_score(score) for score in value["scores"]),
        provenance=_provenance(value["provenance"]),
        picture=int(value["picture"]),
        pictures=int(value["pictures"]),
        whole_decision=_word(value["whole_decision"], (*get_args(Decision), None)),
    )


def listing_without_evidence(value: Json) -> Listing:
    """Convert an object of a line to a listing without evidence and outlines, at less cost.

    That is all that a decision rests on. Raises `ValueError` for one of another schema.
    """
    if value.get("schema", 1) != SCHEMA:
        raise ValueError("it has another schema")
    findings = [{**finding, "evidence": {}, "quad": []} for finding in value["findings"]]
    return listing_of({**value, "findings": findings})


def _finding(value: Json) -> Finding:
    return Finding(
        mark=str(value["mark"]),
        name=str(value["name"]),
        score=_float(value["score"]),
        verdict=_word(value["verdict"], get_args(Verdict)),
        box=_box(value["box"]),
        quad=_rows(value["quad"], 2),
        evidence=tuple(_piece(key, piece) for key, piece in value["evidence"].items()),
        fingerprint=str(value["fingerprint"]),
        source=str(value["source"]),
        part=_word(value["part"], get_args(Part)),
        inverted=bool(value["inverted"]),
        mirrored=bool(value["mirrored"]),
        frame=int(value["frame"]),
        authorised=bool(value["authorised"]),
        expired=bool(value["expired"]),
        alterations=tuple(Alteration(word) for word in value["alterations"]),
        reasons=tuple(str(reason) for reason in value["reasons"]),
        log_odds=_float(value["log_odds"]),
        instance=int(value["instance"]),
    )


def _text_finding(value: Json) -> TextFinding:
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
        changes=tuple(str(change) for change in value["changes"]),
        authorised=bool(value["authorised"]),
        expired=bool(value["expired"]),
        exact=bool(value["exact"]),
        hints=tuple(str(hint) for hint in value["hints"]),
        compatible=bool(value["compatible"]),
    )


def _score(value: Json) -> MarkScore:
    return MarkScore(
        mark=str(value["mark"]),
        where=_word(value["where"], get_args(Place)),
        score=_float(value["score"]),
        log_odds=_float(value["log_odds"]),
        box=None if value["box"] is None else _box(value["box"]),
        suppressed_by=tuple(
            Suppressor(str(rival["mark"]), _float(rival["overlap"]), _float(rival["odds"]))
            for rival in value["suppressed_by"]
        ),
        excused=bool(value["excused"]),
        kind=_word(value["kind"], get_args(Kind)),
        explained_by=tuple(_explanation(sign) for sign in value["explained_by"]),
        compatible=bool(value["compatible"]),
    )


def _explanation(value: Json) -> Explanation:
    return Explanation(
        mark=str(value["mark"]),
        inside=_float(value["inside"]),
        agreement=_float(value["agreement"]),
        odds=_float(value["odds"]),
    )


def _piece(key: str, value: Json) -> Evidence:
    channel, _, _ = key.partition("#")
    names = [field.name for field in fields(Measures) if field.name in value]
    homography = value["homography"]
    return Evidence(
        channel=_word(channel, (*get_args(ChannelName), *get_args(CheckName))),
        view=int(value["view"]),
        measures=Measures(**{name: _float(value[name]) for name in names}),
        homography=None if homography is None else np.array(homography, np.float64).reshape(3, 3),
        matches=_rows(value["matches"], 4),
        note=str(value.get("note", "")),
    )


def _provenance(value: Json) -> Provenance:
    return Provenance(
        schema=int(value["schema"]),
        detector=str(value["detector"]),
        index=str(value["index"]),
        model=str(value["model"]),
        scorer=str(value["scorer"]),
        policy=str(value["policy"]),
        time=str(value["time"]),
    )


def _box(value: list[float | None]) -> Box:
    x0, y0, x1, y1 = (_float(side) for side in value)
    return x0, y0, x1, y1


def _rows(values: list[list[float | None]], columns: int) -> Floats:
    rows = [[_float(value) for value in row] for row in values]
    return np.array(rows, np.float32).reshape(len(rows), columns)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _word(value: Any, words: tuple[str | None, ...]) -> Any:
    """The value, when it is one of the words of a closed vocabulary."""
    if value not in words:
        raise ValueError(f"{value!r} is not one of {', '.join(map(str, words))}")
    return value
