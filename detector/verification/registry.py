"""The list of all checks of poses."""

from __future__ import annotations

from detector.score_terms import EvidenceSpec
from detector.verification.context import CONTEXT
from detector.verification.edge_measures import ALIGNMENT
from detector.verification.local_comparison import DIFFERENCE
from detector.verification.second_look import SECOND_LOOK

CHECKS: tuple[EvidenceSpec, ...] = (ALIGNMENT, SECOND_LOOK, CONTEXT, DIFFERENCE)
