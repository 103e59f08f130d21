"""From candidates to detections: poses are refined, confirmed by the channels, and scored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from detector import geometry
from detector.channels.base import Confirming
from detector.index.store import ReferenceIndex
from detector.pipeline.candidates import Candidates, DescribedPhoto, Proposals
from detector.pipeline.detections import Detection
from detector.pipeline.faults import Failure, isolated
from detector.pipeline.refine_poses import Candidate, PoseRefiner
from detector.pipeline.score_in_context import ContextScorer
from detector.pipeline.supporting_evidence import SupportingEvidence
from detector.records import Evidence, Floats, Measures, Proposal, merged
from detector.scoring.scorer import Scorer, Term, quick_scorer
from detector.settings import Settings
from detector.verification import pose_refinement

_LOG = logging.getLogger(__name__)

OnFault = Callable[[Proposal | Candidate | Detection, Exception], None]


class Verifier:
    """Verifies poses of the views of an index. Immutable; its lifetime is that of the detector."""

    def __init__(
        self,
        index: ReferenceIndex,
        settings: Settings,
        candidates: Candidates,
        scorer: Scorer,
        terms: Mapping[str, Term],
    ) -> None:
        self._candidates, self._checked = candidates, settings.checked
        self._scorer, self._terms = scorer, terms
        self._views = index.view_table
        self.refiner = PoseRefiner(index, settings)
        self._context = ContextScorer(candidates, scorer)
        self._position_free = {spec.name for spec in candidates.specs if spec.position_free}
        searchers = candidates.searchers.values()
        self._confirming = [searcher for searcher in searchers if isinstance(searcher, Confirming)]

    def shortlist(
        self, photo: DescribedPhoto, selected: Iterable[Proposal], failures: list[Failure]
    ) -> list[Candidate]:
        """The proposals that are best after a quick check of their poses.

        Those that cannot be checked are added to `failures`.
        """
        fail = partial(self.fail, failures)
        pool = self.refiner.quick(photo.edges, list(selected), fail)
        return sorted(pool, key=_quick_log_odds, reverse=True)[: self._checked]

    def verify(
        self,
        photo: DescribedPhoto,
        candidates: Sequence[Candidate],
        proposals: Proposals,
        failures: list[Failure],
    ) -> list[Detection]:
        """Refine, confirm and score candidates; best first.

        All `proposals` of all channels are evidence for marks at the same place. Candidates that
        cannot be verified are added to `failures`, and the others are verified all the same.
        """
        fail = partial(self.fail, failures)
        refined = self.refiner.refine(photo.edges, candidates, fail)
        confirmed = self._confirmed(photo, refined, fail)
        supporting = SupportingEvidence(
            proposals, self._views, photo.size, self._position_free, self._candidates.box_of
        )

        def work(batch: Sequence[Candidate]) -> list[Detection]:
            return [self._detection(photo, candidate, supporting) for candidate in batch]

        detections = [d for d in isolated(work, confirmed, fail) if d is not None]
        return self._context.score(detections, photo)

    def without_shared_evidence(
        self, detection: Detection, others: Iterable[Detection]
    ) -> Detection:
        """A detection without the evidence that belongs to `others` of its mark, rescored.

        Evidence belongs to the detection whose outline it overlaps most.
        """
        quads = [other.quad for other in others]
        kept = tuple(
            piece for piece in detection.evidence if self._belongs(piece, detection.quad, quads)
        )
        if len(kept) == len(detection.evidence):
            return detection
        alone = self._scorer.log_odds(kept, self._terms)
        (log_odds,) = self._scorer.in_context([alone], [kept])
        return replace(detection, evidence=kept, evidence_log_odds=alone, log_odds=log_odds)

    def _belongs(self, piece: Evidence, quad: Floats, others: Iterable[Floats]) -> bool:
        if piece.homography is None:
            return False
        size = self._views.size_of(self._views.rows[piece.view])
        outline = geometry.quad_of(piece.homography, size)
        if piece.channel not in self._position_free:
            own = geometry.quad_iou(outline, quad)
            return all(geometry.quad_iou(outline, other) < own for other in others)
        centre = outline.mean(axis=0, keepdims=True)
        elsewhere = any(geometry.contains(other, centre)[0] for other in others)
        return bool(geometry.contains(quad, centre)[0]) and not elsewhere

    def _confirmed(
        self, photo: DescribedPhoto, candidates: Sequence[Candidate], fail: OnFault
    ) -> list[Candidate]:
        """The candidates with the measures of all confirming channels at their poses."""
        confirmed = list(candidates)
        for searcher in self._confirming:
            work = partial(_confirm, searcher, photo.edges.pyramid)
            measured = isolated(work, candidates, fail)
            confirmed = [
                replace(candidate, measures=merged(candidate.measures, more or Measures()))
                for candidate, more in zip(confirmed, measured, strict=True)
            ]
        return confirmed

    def fail(
        self, failures: list[Failure], item: Proposal | Candidate | Detection, error: Exception
    ) -> None:
        """Log an error in one candidate, and add it to `failures`."""
        _LOG.warning("a candidate of view %d failed", self._views.ids[item.view], exc_info=error)
        mark = int(self._views.marks[item.view])
        failures.append(Failure(mark, f"{type(error).__name__}: {error}"))

    def _detection(
        self, photo: DescribedPhoto, candidate: Candidate, supporting: SupportingEvidence
    ) -> Detection:
        """A refined candidate with the proposals that support it as evidence, scored."""
        view, table = candidate.view, self._views
        quad = geometry.quad_of(candidate.pose, table.size_of(view))
        support = supporting.beside(view, quad)
        aligned = Evidence(
            pose_refinement.NAME, int(table.ids[view]), candidate.measures, candidate.pose
        )
        evidence = (aligned, *map(self._evidence, support))
        log_odds = self._scorer.log_odds(evidence, self._terms)
        return Detection(
            mark=int(table.marks[view]),
            view=view,
            part=table.part_of(view),
            picture=photo.picture,
            pose=candidate.pose,
            quad=quad,
            proposed_by=candidate.proposal.channel,
            evidence=evidence,
            evidence_log_odds=log_odds,
            log_odds=log_odds,
            words_inside_outline=supporting.words_lie_in(quad, support),
        )

    def _evidence(self, proposal: Proposal) -> Evidence:
        """A proposal as evidence, under the permanent id of its view."""
        view = int(self._views.ids[proposal.view])
        pose, matches = proposal.pose, proposal.matches
        return Evidence(proposal.channel, view, proposal.measures, pose, matches, proposal.note)


def _quick_log_odds(candidate: Candidate) -> float:
    """The score of a candidate by what its channel and the quick check measured; for ordering."""
    proposal = candidate.proposal
    return quick_scorer().log_odds(
        (
            Evidence(proposal.channel, proposal.view, proposal.measures),
            Evidence(pose_refinement.NAME, proposal.view, candidate.measures),
        )
    )


def _confirm(
    searcher: Confirming, photo: geometry.Pyramid, candidates: Sequence[Candidate]
) -> list[Measures]:
    views = [candidate.view for candidate in candidates]
    return searcher.confirm(photo, views, [candidate.pose for candidate in candidates])
