"""From proposals to refined candidates: a quick check of all poses, and refinement of the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from detector import geometry
from detector.index.store import ReferenceIndex
from detector.index.view_features import ViewFeatures
from detector.pipeline.faults import isolated
from detector.records import Matrix, Measures, Proposal
from detector.settings import Settings
from detector.verification import edge_fields, edge_measures, pose_refinement
from detector.verification.pose_refinement import PhotoEdges, ViewStack

GRIDS_KEPT = 2048  # edge fields of views that are kept from photo to photo: 11 to 13 kB each


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A proposal with its pose (3, 3) as refined so far, and what was measured there."""

    proposal: Proposal
    pose: Matrix
    measures: Measures

    @property
    def view(self) -> int:
        """Row of the view in the index's `ViewTable`."""
        return self.proposal.view


class PoseRefiner:
    """Refines poses of the views of an index. Lifetime: that of the detector; threads share it."""

    def __init__(self, index: ReferenceIndex, settings: Settings) -> None:
        self._settings = settings.alignment
        self._views = index.view_table
        self._fields = ViewFeatures(index.references(pose_refinement.NAME))
        self.edge_grid_of = lru_cache(GRIDS_KEPT)(self._edge_grid)

    def quick(
        self,
        edges: PhotoEdges,
        proposals: Sequence[Proposal],
        on_fault: Callable[[Proposal, Exception], None],
    ) -> list[Candidate]:
        """Candidates whose poses took one coarse step, with their `agreement` on a thinned grid."""

        def work(batch: Sequence[Proposal]) -> list[Candidate]:
            settings = self._settings
            grids = [self.edge_grid_of(proposal.view) for proposal in batch]
            stack = ViewStack.of(grids, settings.quick_thinning)
            poses = np.array([proposal.pose for proposal in batch])
            poses, agreement = pose_refinement.refine(edges, stack, poses, settings.quick_rounds)
            return [
                Candidate(proposal, pose, Measures(agreement=value))
                for proposal, pose, value in zip(batch, poses, agreement.tolist(), strict=True)
            ]

        return [c for c in isolated(work, proposals, on_fault) if c is not None]

    def refine(
        self,
        edges: PhotoEdges,
        candidates: Sequence[Candidate],
        on_fault: Callable[[Candidate, Exception], None],
    ) -> list[Candidate]:
        """The candidates with refined poses and the dense measures there, where plausible."""

        def work(batch: Sequence[Candidate]) -> list[Candidate]:
            grids = [self.edge_grid_of(candidate.view) for candidate in batch]
            poses = np.array([candidate.pose for candidate in batch])
            stack = ViewStack.of(grids, self._settings.thinning)
            poses, _ = pose_refinement.refine(edges, stack, poses, self._settings.rounds)
            return [
                replace(candidate, pose=pose, measures=self._measures(edges, grid, pose))
                for candidate, grid, pose in zip(batch, grids, poses, strict=True)
            ]

        size = edges.pyramid[0].shape[1], edges.pyramid[0].shape[0]
        return [
            candidate
            for candidate in isolated(work, candidates, on_fault)
            if candidate is not None
            and geometry.is_plausible(candidate.pose, self._views.size_of(candidate.view), size)
        ]

    def measure(
        self,
        edges: PhotoEdges,
        proposals: Sequence[Proposal],
        on_fault: Callable[[Proposal, Exception], None],
    ) -> list[Candidate]:
        """Candidates at the poses of proposals, as they are, with the dense measures there."""

        def work(batch: Sequence[Proposal]) -> list[Candidate]:
            return [
                Candidate(
                    proposal,
                    proposal.pose,
                    self._measures(edges, self.edge_grid_of(proposal.view), proposal.pose),
                )
                for proposal in batch
            ]

        return [c for c in isolated(work, proposals, on_fault) if c is not None]

    def _measures(self, edges: PhotoEdges, grid: edge_fields.EdgeGrid, pose: Matrix) -> Measures:
        colour = pose_refinement.colour_correlation(edges, grid, pose)
        return replace(edge_measures.measure_edges(edges, grid, pose), colour=colour)

    def _edge_grid(self, view: int) -> edge_fields.EdgeGrid:
        """The edge field and colours of a view, derived from those of its base."""
        return edge_fields.edge_grid(
            self._fields[int(self._views.bases[view])],
            self._views.size_of(view),
            self._settings,
            inverted=bool(self._views.inverted[view]),
            mirrored=bool(self._views.mirrored[view]),
        )
