"""From a detection to a finding: compared closely, judged, and put into words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.pipeline.detections import Detection
from detector.records import Evidence, Finding
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
    """The finding that a detection comes to.

    Args:
        detection: what was verified.
        index: the index it was verified against.
        specs: how evidence is put into words.
        digest: SHA-256 of the photo's bytes in hex.
        instance: which place of the mark it is in the photo, from 1.

    """
    view, mark = index.view(detection.view), index.marks[detection.mark]
    photo = geometry.halvings(detection.picture.pixels)
    pose, fine = local_comparison.difference(photo, view, detection.pose)
    height, width = detection.picture.pixels.shape[:2]
    size = index.view_table.size_of(detection.view)
    if not geometry.is_plausible(pose, size, (width, height)):
        pose = detection.pose
    view_id = int(index.view_table.ids[detection.view])
    evidence = (Evidence(local_comparison.NAME, view_id, fine, pose), *detection.evidence)
    quad = geometry.quad_of(pose, size)
    judgement = judge(view, quad, evidence, specs)
    return Finding(
        mark=mark.id,
        name=mark.name,
        score=detection.score,
        verdict=judgement.verdict,
        box=geometry.box_of(quad, (width, height)),
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


def fingerprint(photo: str, mark: str, instance: int) -> str:
    """The same photo, mark and instance give the same 16 hex digits in every scan.

    Outlines play no part: they move by fractions of a pixel from version to version.
    """
    return hashlib.sha256(f"{photo}|{mark}|{instance}".encode()).hexdigest()[:16]
