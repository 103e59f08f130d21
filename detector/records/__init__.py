"""Frozen records: the data that passes between stages.

`Submission` -> `Reading` of `Picture`s -> `Features` -> `Proposal` -> `Evidence` -> `Finding` ->
`Listing`

Coordinates are x, y in pixels, with the centre of the first pixel at (0.5, 0.5); boxes are
x0 y0 x1 y1; photo coordinates are those of the upright source photo. Arrays are never modified.
"""

from __future__ import annotations

from detector.records.evidence import Evidence, Measures, Proposal, merged, no_matches
from detector.records.features import Features, References, columns_of, spans
from detector.records.listings import (
    Explanation,
    Finding,
    Listing,
    MarkScore,
    Provenance,
    Suppressor,
    TextFinding,
)
from detector.records.marks import Mark, Rights, View, WordMatch
from detector.records.pictures import Picture, Reading, Submission
from detector.records.vocabulary import (
    KINDS,
    SCHEMA,
    STATUSES,
    Alteration,
    ChannelName,
    CheckName,
    Decision,
    Floats,
    Ground,
    Kind,
    Matrix,
    Part,
    Pixels,
    Place,
    Status,
    TextField,
    Verdict,
)

__all__ = [
    "KINDS",
    "SCHEMA",
    "STATUSES",
    "Alteration",
    "ChannelName",
    "CheckName",
    "Decision",
    "Evidence",
    "Explanation",
    "Features",
    "Finding",
    "Floats",
    "Ground",
    "Kind",
    "Listing",
    "Mark",
    "MarkScore",
    "Matrix",
    "Measures",
    "Part",
    "Picture",
    "Pixels",
    "Place",
    "Proposal",
    "Provenance",
    "Reading",
    "References",
    "Rights",
    "Status",
    "Submission",
    "Suppressor",
    "TextField",
    "TextFinding",
    "Verdict",
    "View",
    "WordMatch",
    "columns_of",
    "merged",
    "no_matches",
    "spans",
]
