"""Hypothesis strategies for listings in which every field may have any value it may hold."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.records import (
    Alteration,
    ChannelName,
    CheckName,
    Decision,
    Evidence,
    Explanation,
    Finding,
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

NAN = float("nan")
texts = st.text(max_size=12)
counts = st.integers(0, 10**6)
probabilities = st.floats(0, 1)
reals = st.floats(allow_infinity=False)
pixels = st.floats(-1e4, 1e4, width=32)
boxes = st.tuples(pixels, pixels, pixels, pixels)


def word_of(words):
    return st.sampled_from(get_args(words))


def tuples(strategy, most=3):
    return st.lists(strategy, max_size=most).map(tuple)


measures = st.builds(
    Measures, **{field.name: st.just(NAN) | st.floats(-100, 100) for field in fields(Measures)}
)
evidence = st.builds(
    Evidence,
    channel=word_of(ChannelName) | word_of(CheckName),
    view=st.integers(0, 2**63 - 1),
    measures=measures,
    homography=st.none() | arrays(np.float64, (3, 3), elements=st.floats(-1e6, 1e6)),
    matches=st.integers(0, 3).flatmap(lambda rows: arrays(np.float32, (rows, 4), elements=pixels)),
    note=texts,
)
findings = st.builds(
    Finding,
    mark=texts,
    name=texts,
    score=probabilities,
    verdict=word_of(Verdict),
    box=boxes,
    quad=arrays(np.float32, (4, 2), elements=pixels),
    evidence=st.lists(evidence, max_size=3, unique_by=lambda piece: piece.channel).map(tuple),
    fingerprint=texts,
    source=texts,
    part=word_of(Part),
    inverted=st.booleans(),
    mirrored=st.booleans(),
    frame=counts,
    authorised=st.booleans(),
    expired=st.booleans(),
    alterations=tuples(st.sampled_from(Alteration)),
    reasons=tuples(texts),
    log_odds=reals,
    instance=st.integers(1, 99),
)
text_findings = st.builds(
    TextFinding,
    mark=texts,
    name=texts,
    score=probabilities,
    field=word_of(TextField),
    start=counts,
    end=counts,
    word=texts,
    reading=texts,
    changes=tuples(texts),
    authorised=st.booleans(),
    expired=st.booleans(),
    exact=st.booleans(),
    hints=tuples(texts),
    compatible=st.booleans(),
)
suppressors = st.builds(
    Suppressor, mark=texts, overlap=probabilities, odds=st.floats(0, allow_infinity=False)
)
explanations = st.builds(
    Explanation,
    mark=texts,
    inside=probabilities,
    agreement=st.floats(-1, 1),
    odds=st.floats(1, allow_infinity=False),
)
scores = st.builds(
    MarkScore,
    mark=texts,
    where=word_of(Place),
    score=probabilities,
    log_odds=reals,
    box=st.none() | boxes,
    suppressed_by=tuples(suppressors),
    kind=word_of(Kind),
    explained_by=tuples(explanations),
    compatible=st.booleans(),
)
provenances = st.builds(
    Provenance,
    detector=texts,
    index=texts,
    model=texts,
    scorer=texts,
    policy=texts,
    time=texts,
)
listings = st.builds(
    Listing,
    path=texts,
    status=word_of(Status),
    decision=word_of(Decision),
    message=texts,
    width=counts,
    height=counts,
    digest=texts,
    findings=tuples(findings, 2),
    seconds=st.floats(0, 1e5),
    title=texts,
    description=texts,
    text=tuples(text_findings, 2),
    category=texts,
    brand=texts,
    seller=texts,
    classes=tuples(st.integers(1, 45)),
    external_id=texts,
    scores=tuples(scores),
    provenance=provenances,
)

EXACT = ("score", "log_odds", "overlap", "odds", "inside")


def same(before, after, name=""):
    """Whether two values are the same but for the rounding that the documents promise."""
    if is_dataclass(before):
        return type(before) is type(after) and all(
            same(getattr(before, field.name), getattr(after, field.name), field.name)
            for field in fields(before)
        )
    if isinstance(before, np.ndarray):
        tolerance = {"rtol": 1e-6, "atol": 0.0 if name == "homography" else 0.051}
        return before.shape == after.shape and np.allclose(before, after, **tolerance)
    if isinstance(before, tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(same(*pair, name) for pair in pairs)
    if isinstance(before, float) and math.isnan(before):
        return math.isnan(after)
    if isinstance(before, float):
        step = {"box": 0.051, "seconds": 0.00051}.get(name, 0.000051)
        return before == after if name in EXACT else abs(before - after) <= step
    return before == after
