"""The list of all checks of poses."""

from __future__ import annotations

from detector.score_terms import EvidenceSpec
from detector.verification.local_comparison import DIFFERENCE
from detector.verification.pose_refinement import ALIGNMENT

CHECKS: tuple[EvidenceSpec, ...] = (ALIGNMENT, DIFFERENCE)
