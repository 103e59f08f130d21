"""From a photo to candidates: every channel proposes poses, the best of them are to be verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector import geometry
from detector.channels.base import ChannelSpec, Searcher, StoredFeatures
from detector.channels.registry import budgets, build_channels
from detector.index.store import ReferenceIndex
from detector.records import Features, Floats, Picture, Proposal
from detector.settings import Settings
from detector.verification import pose_refinement

SAME_CANDIDATE = 0.6  # overlap of two boxes of one mark from which they are one candidate
LEARNED = "embedding"  # the channel whose ranking says which marks are likely

Proposals = Mapping[str, Sequence[Proposal]]
"""Of every channel what it proposes, best first."""

DeduplicationKey = tuple[int, bool]
"""Mark row, and whether the view is mirrored."""


@dataclass(frozen=True, slots=True, eq=False)
class DescribedPhoto:
    """A picture with its features in every channel and the edge fields in which poses are refined.

    `size` is (width, height) in pixels.
    """

    picture: Picture
    features: Mapping[str, Features]
    edges: pose_refinement.PhotoEdges

    @property
    def size(self) -> geometry.Size:
        """Width and height in pixels."""
        return self.picture.pixels.shape[1], self.picture.pixels.shape[0]


class Candidates:
    """Proposes poses of the marks of an index. Lifetime: as the detector's; never changes."""

    def __init__(
        self, index: ReferenceIndex, settings: Settings, specs: Sequence[ChannelSpec]
    ) -> None:
        self._settings, self.views, self.specs = settings, index.view_table, tuple(specs)
        self.channels = build_channels(specs, settings)
        self._stored = {
            name: StoredFeatures(index.references(name), index.view_table, index.marks)
            for name in self.channels
        }
        self.searchers: dict[str, Searcher] = {
            name: channel.prepare(self._stored[name]) for name, channel in self.channels.items()
        }
        self._budgets = budgets(specs, settings)
        self._is_large = self._needs_likely_marks(len(index.marks))

    def describe(self, picture: Picture) -> DescribedPhoto:
        """The features of a picture in every channel."""
        features = {name: channel.describe(picture) for name, channel in self.channels.items()}
        edges = pose_refinement.describe(picture, self._settings.alignment)
        return DescribedPhoto(picture, features, edges)

    def propose(self, photo: DescribedPhoto) -> dict[str, list[Proposal]]:
        """What every channel proposes; of a large index some search the likely marks alone.

        Likely are the marks whose learned descriptors stand out most: comparing those costs little.
        """
        found: dict[str, list[Proposal]] = {}
        for name in sorted(photo.features, key=self._is_confined):
            views = None
            if self._is_confined(name):
                views = self._likely_views(found[LEARNED], self._budgets[name].likely_marks or 0)
            found[name] = self.searchers[name].search(photo.features[name], views)
        return {spec.name: found.get(spec.name, []) for spec in self.specs}

    def propose_elsewhere(
        self, photo: DescribedPhoto, mark: int, outlines: Sequence[Floats]
    ) -> dict[str, list[Proposal]]:
        """What channels propose for one mark outside of `outlines`, quads (4, 2) in the photo."""
        views = np.flatnonzero(self.views.marks == mark).tolist()
        found: dict[str, list[Proposal]] = {spec.name: [] for spec in self.specs}
        for spec in self.specs:
            if spec.separable:
                rest = _outside(photo.features[spec.name], outlines)
                found[spec.name] = self.searchers[spec.name].search(rest, views)
        return found

    def shortlist(
        self, found: Proposals, photo: geometry.Size, most: int | None = None
    ) -> Iterator[Proposal]:
        """The best proposals of every channel, each candidate once.

        As many of a channel as its budget allows, and no more than `most`.
        """
        taken: list[tuple[DeduplicationKey, tuple[float, ...]]] = []
        for spec in self.specs:
            budget = self._budgets[spec.name].poses
            fresh = self._fresh(found[spec.name], photo, taken)
            for _, proposal in zip(range(min(budget, most or budget)), fresh, strict=False):
                yield proposal

    def box_of(
        self, proposal: Proposal, photo: geometry.Size
    ) -> tuple[float, float, float, float] | None:
        """The box that a proposal outlines in the photo; None where no camera could see it so."""
        size = self.views.size_of(proposal.view)
        if not geometry.is_plausible(proposal.pose, size, photo):
            return None
        return geometry.box_of(geometry.quad_of(proposal.pose, size), photo)

    def _fresh(
        self,
        proposals: Iterable[Proposal],
        photo: geometry.Size,
        taken: list[tuple[DeduplicationKey, tuple[float, ...]]],
    ) -> Iterator[Proposal]:
        """Yield the proposals that are no candidate yet, and note them in `taken`."""
        for proposal in proposals:
            box = self.box_of(proposal, photo)
            if box is None:
                continue
            key = int(self.views.marks[proposal.view]), bool(self.views.mirrored[proposal.view])
            near = (other for same, other in taken if same == key)
            if all(geometry.box_iou(other, box) <= SAME_CANDIDATE for other in near):
                taken.append((key, box))
                yield proposal

    def _needs_likely_marks(self, marks: int) -> bool:
        stored = self._stored.get(LEARNED)
        limits = [budget.likely_marks for budget in self._budgets.values()]
        learned = stored is not None and len(stored.references.view) > 0
        return learned and any(limit is not None and limit < marks for limit in limits)

    def _is_confined(self, name: str) -> bool:
        """Whether a channel searches the likely marks alone."""
        limit = self._budgets[name].likely_marks
        return self._is_large and limit is not None and limit < int(self.views.marks[-1]) + 1

    def _likely_views(self, found: Sequence[Proposal], most: int) -> list[int]:
        """All views of the first `most` marks that were found, in rising order."""
        marks = dict.fromkeys(int(self.views.marks[proposal.view]) for proposal in found)
        chosen = list(marks)[:most]
        return np.flatnonzero(np.isin(self.views.marks, chosen)).tolist()


def _outside(photo: Features, outlines: Sequence[Floats]) -> Features:
    """The features whose middle lies in none of the outlines."""
    kept = np.ones(len(photo), bool)
    for quad in outlines:
        kept &= ~geometry.contains(quad, photo.frames[:, :2])
    return Features(photo.frames[kept], photo.descriptors[kept], photo.labels[kept])
