"""From candidates to detections: poses are refined, confirmed by the channels, and scored."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detector import geometry
from detector.channels.base import Confirming
from detector.index.store import ReferenceIndex
from detector.index.view_features import ViewFeatures
from detector.pipeline.candidates import Candidates, DescribedPhoto, Proposals
from detector.pipeline.detections import Detection
from detector.records import Evidence, Floats, Matrix, Measures, Proposal
from detector.scoring.scorer import Scorer, Term
from detector.settings import Settings
from detector.verification import edge_fields, pose_refinement

SAME_PLACE = 0.5  # share of the smaller box above which a part and its whole are at one place
SAME_OUTLINE = 0.35  # IoU of boxes above which two poses of one part are at one place

# Third-party C code runs on untrusted pixels: a fault in one candidate must not lose the others.
# What is not an Exception is a request to stop.
FAULTS = (Exception, MemoryError)

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A candidate with its refined pose and the dense measures there."""

    proposal: Proposal
    pose: Matrix
    measures: Measures


@dataclass(frozen=True, slots=True)
class Failure:
    """A candidate that could not be verified: the row of its mark, and the error."""

    mark: int
    error: str


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
        self._settings, self._candidates = settings, candidates
        self._scorer, self._terms = scorer, terms
        self._views = index.view_table
        self._fields = ViewFeatures(index.references(pose_refinement.NAME))
        self._position_free = {spec.name for spec in candidates.specs if spec.position_free}
        searchers = candidates.searchers.values()
        self._confirming = [searcher for searcher in searchers if isinstance(searcher, Confirming)]

    def verify(
        self,
        photo: DescribedPhoto,
        selected: Iterable[Proposal],
        proposals: Proposals,
        failures: list[Failure],
    ) -> list[Detection]:
        """Refine, confirm and score the selected proposals; best first.

        All `proposals` of all channels are evidence for marks at the same place. Candidates that
        cannot be verified are added to `failures`, and the others are verified all the same.
        """
        candidates = list(self._refined(photo, selected, failures))
        confirmed = self._confirmed(photo, candidates, failures)
        detections = [self._supported(photo, candidate, proposals) for candidate in confirmed]
        return sorted(detections, key=lambda detection: -detection.log_odds)

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
        return replace(detection, evidence=kept, log_odds=self._scorer.log_odds(kept, self._terms))

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

    def _refined(
        self, photo: DescribedPhoto, proposals: Iterable[Proposal], failures: list[Failure]
    ) -> Iterator[Refined]:
        """Yield every candidate whose refined pose is plausible."""
        for proposal in proposals:
            try:
                refined = self._refine(photo, proposal)
            except FAULTS as error:
                failures.append(self._failure(proposal.view, error))
                continue
            size = self._views.size_of(proposal.view)
            if geometry.is_plausible(refined.pose, size, photo.size):
                yield refined

    def _refine(self, photo: DescribedPhoto, proposal: Proposal) -> Refined:
        edges, settings = photo.edges, self._settings.alignment
        grid = self.edge_grid_of(proposal.view)
        pose, measures = pose_refinement.refine(edges, grid, proposal.pose, settings)
        colour = pose_refinement.colour_correlation(edges, grid, pose)
        return Refined(proposal, pose, replace(measures, colour=colour))

    def edge_grid_of(self, view: int) -> edge_fields.EdgeGrid:
        """The edge field and colours of a view, derived from those of its base."""
        return edge_fields.edge_grid(
            self._fields[int(self._views.bases[view])],
            self._views.size_of(view),
            self._settings.alignment,
            inverted=bool(self._views.inverted[view]),
            mirrored=bool(self._views.mirrored[view]),
        )

    def _confirmed(
        self, photo: DescribedPhoto, candidates: Sequence[Refined], failures: list[Failure]
    ) -> list[Refined]:
        """The candidates with the measures of all confirming channels at their poses."""
        confirmed = list(candidates)
        for searcher in self._confirming:
            measured = self._measured(searcher, photo, candidates, failures)
            confirmed = [
                replace(candidate, measures=replace(candidate.measures, **dict(more.items())))
                for candidate, more in zip(confirmed, measured, strict=True)
            ]
        return confirmed

    def _measured(
        self,
        searcher: Confirming,
        photo: DescribedPhoto,
        candidates: Sequence[Refined],
        failures: list[Failure],
    ) -> list[Measures]:
        """One channel's measures of all candidates: in one batch, or singly where that fails."""
        pyramid = photo.edges.pyramid
        views = [candidate.proposal.view for candidate in candidates]
        poses = [candidate.pose for candidate in candidates]
        try:
            return searcher.confirm(pyramid, views, poses)
        except FAULTS as error:
            if len(candidates) == 1:
                failures.append(self._failure(views[0], error))
                return [Measures()]
        return [
            measures
            for candidate in candidates
            for measures in self._measured(searcher, photo, [candidate], failures)
        ]

    def _failure(self, view: int, error: Exception) -> Failure:
        _LOG.warning("a candidate of view %d failed", self._views.ids[view], exc_info=error)
        return Failure(int(self._views.marks[view]), f"{type(error).__name__}: {error}")

    def _supported(
        self, photo: DescribedPhoto, candidate: Refined, proposals: Proposals
    ) -> Detection:
        """A refined candidate with the proposals that support it as evidence, scored."""
        view, table = candidate.proposal.view, self._views
        quad = geometry.quad_of(candidate.pose, table.size_of(view))
        box = geometry.box_of(quad, photo.size)
        support = [
            proposal
            for name, ranked in proposals.items()
            if (proposal := self._support(photo, view, box, name, ranked)) is not None
        ]
        aligned = Evidence(
            pose_refinement.NAME, int(table.ids[view]), candidate.measures, candidate.pose
        )
        evidence = (aligned, *map(self._evidence, support))
        return Detection(
            mark=int(table.marks[view]),
            view=view,
            part=table.part_of(view),
            picture=photo.picture,
            pose=candidate.pose,
            quad=quad,
            proposed_by=candidate.proposal.channel,
            evidence=evidence,
            log_odds=self._scorer.log_odds(evidence, self._terms),
            words_inside_outline=all(
                self._lies_in(box, p) for p in support if p.channel in self._position_free
            ),
        )

    def _evidence(self, proposal: Proposal) -> Evidence:
        """A proposal as evidence, under the permanent id of its view."""
        view = int(self._views.ids[proposal.view])
        pose, matches = proposal.pose, proposal.matches
        return Evidence(proposal.channel, view, proposal.measures, pose, matches, proposal.note)

    def _lies_in(self, box: tuple[float, ...], proposal: Proposal) -> bool:
        """Whether the centre of a proposal's outline is in a box of the photo."""
        quad = geometry.quad_of(proposal.pose, self._views.size_of(proposal.view))
        x, y = np.mean(quad, axis=0).tolist()
        return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    def _support(
        self,
        photo: DescribedPhoto,
        view: int,
        box: tuple[float, ...],
        channel: str,
        proposals: Iterable[Proposal],
    ) -> Proposal | None:
        """A channel's best proposal for the mark of a view in a box, with the same mirroring.

        One for the same part must have a similar box; one for another part must overlap. Proposals
        of channels with `ChannelSpec.position_free` count wherever they are: a name is often beside
        an emblem.
        """
        marks, mirrored = self._views.marks, self._views.mirrored
        for proposal in proposals:
            if marks[proposal.view] != marks[view]:
                continue
            if channel in self._position_free:
                return proposal
            if mirrored[proposal.view] != mirrored[view]:
                continue
            other = self._candidates.box_of(proposal, photo.size)
            if other is not None and self._is_same_place(proposal.view, other, view, box):
                return proposal
        return None

    def _is_same_place(
        self, view: int, box: tuple[float, ...], other: int, other_box: tuple[float, ...]
    ) -> bool:
        if self._views.parts[view] == self._views.parts[other]:
            return geometry.box_iou(other_box, box) > SAME_OUTLINE
        return geometry.box_share(other_box, box) > SAME_PLACE
