"""From a detection to a finding: local comparison, verdict, and reasons."""

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


def make_finding(
    detection: Detection,
    index: ReferenceIndex,
    specs: Sequence[EvidenceSpec],
    *,
    digest: str = "",
    instance: int = 1,
) -> Finding:
    """The finding for a detection of a mark of `index`.

    `specs` give the wording of reasons, `digest` is the SHA-256 of the photo's bytes in hex,
    `instance` numbers the instances of the mark in the photo from 1.
    """
    view, mark = index.view(detection.view), index.marks[detection.mark]
    pose, measures = _compared(detection, view)
    view_id = int(index.view_table.ids[detection.view])
    local = Evidence(local_comparison.NAME, view_id, measures, pose)
    evidence = (local, *detection.evidence)
    quad = geometry.quad_of(pose, _size_of(view))
    judgement = judge(view, quad, evidence, specs, own_picture=detection.own_picture)
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
    """The pose that local comparison corrected, if it is plausible, and the measures there."""
    photo = geometry.pyramid(detection.picture.pixels)
    pose, measures = local_comparison.compare_locally(photo, view, detection.pose)
    if geometry.is_plausible(pose, _size_of(view), _size_of(detection.picture)):
        return pose, measures
    return detection.pose, measures


def _size_of(picture: View | Picture) -> geometry.Size:
    return picture.pixels.shape[1], picture.pixels.shape[0]


def fingerprint(photo: str, mark: str, instance: int) -> str:
    """16 hex digits that identify a photo (by digest), mark and instance in every scan.

    Outlines are not part of it, because they move by fractions of a pixel between versions.
    """
    return hashlib.sha256(f"{photo}|{mark}|{instance}".encode()).hexdigest()[:16]
