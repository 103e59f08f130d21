"""From a detection to a finding: compared closely, judged, and put into words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.pipeline.detections import Detection
from detector.records import Evidence, Finding, Matrix, Measures, Picture, View
from detector.score_terms import EvidenceSpec
from detector.scoring.verdict import judge
from detector.verification import local_comparison


def finding_of(
    detection: Detection,
    index: ReferenceIndex,
    specs: Sequence[EvidenceSpec],
    *,
    digest: str = "",
    instance: int = 1,
) -> Finding:
    """The finding that a detection against `index` comes to.

    `specs` put evidence into words, `digest` is the SHA-256 of the photo's bytes in hex, `instance`
    counts the places of the mark in the photo from 1.
    """
    view, mark = index.view(detection.view), index.marks[detection.mark]
    pose, fine = _compared(detection, view)
    view_id = int(index.view_table.ids[detection.view])
    closely = Evidence(local_comparison.NAME, view_id, fine, pose)
    evidence = (closely, *detection.evidence)
    quad = geometry.quad_of(pose, _size_of(view))
    judgement = judge(view, quad, evidence, specs)
    return Finding(
        mark=mark.id,
        name=mark.name,
        score=detection.score,
        verdict=judgement.verdict,
        box=geometry.box_of(quad, _size_of(detection.picture)),
        quad=quad,
        evidence=evidence,
        fingerprint=fingerprint(digest, mark.id, instance),
        source=view.source,
        part=view.part,
        inverted=view.inverted,
        mirrored=view.mirrored,
        frame=detection.picture.frame,
        alterations=judgement.alterations,
        reasons=judgement.reasons,
        log_odds=detection.log_odds,
        instance=instance,
    )


def _compared(detection: Detection, view: View) -> tuple[Matrix, Measures]:
    """The pose after the local comparison, where a camera could see it, and what differs there."""
    photo = geometry.pyramid(detection.picture.pixels)
    pose, measures = local_comparison.compare_locally(photo, view, detection.pose)
    if geometry.is_plausible(pose, _size_of(view), _size_of(detection.picture)):
        return pose, measures
    return detection.pose, measures


def _size_of(shown: View | Picture) -> geometry.Size:
    return shown.pixels.shape[1], shown.pixels.shape[0]


def fingerprint(photo: str, mark: str, instance: int) -> str:
    """The same photo, mark and instance give the same 16 hex digits in every scan.

    Outlines play no part: they move by fractions of a pixel from version to version.
    """
    return hashlib.sha256(f"{photo}|{mark}|{instance}".encode()).hexdigest()[:16]
