"""Candidates: the poses that channels propose in a photo, of which the best are verified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice

import numpy as np

from detector import geometry
from detector.channels.base import ChannelSpec, Searcher, Shortlisting, StoredFeatures, ViewRows
from detector.channels.registry import budgets, build_channels, searched
from detector.index.store import ReferenceIndex
from detector.index.view_features import ViewFeatures
from detector.pictures.codes import without_codes
from detector.pictures.tiles import cut_out, tiling
from detector.pipeline.faults import attempt
from detector.pipeline.suppression import SAME_INSTANCE
from detector.records import Features, Floats, Mark, Picture, Proposal
from detector.settings import Settings
from detector.verification import pose_refinement

DUPLICATE_IOU = 0.6  # of two boxes of one mark, above which they are one candidate
RANKING_CHANNEL = "embedding"  # its ranking selects the likely marks of a large index
LIKELY_ELSEWHERE = 10  # best marks of each other channel that join the shortlist of one

_WORDLESS = Mark("", "", kind="design")

Proposals = Mapping[str, Sequence[Proposal]]
"""The proposals of every channel, best first."""

DeduplicationKey = tuple[int, bool]
"""Mark row, and whether the view is mirrored."""

Outline = tuple[Floats, tuple[float, float, float, float]]
"""A quad (4, 2), and the box round it."""


@dataclass(frozen=True, slots=True, eq=False)
class DescribedPhoto:
    """A picture, its features in every channel, and the edge fields in which poses are refined.

    `faults` are the errors of channels that could not describe it. A tile has its top left
    `corner` (x, y) in the picture `tile_of`.
    """

    picture: Picture
    features: Mapping[str, Features]
    edges: pose_refinement.PhotoEdges
    faults: Mapping[str, Exception] = field(default_factory=dict)
    tile_of: Picture | None = None
    corner: tuple[int, int] = (0, 0)

    @property
    def size(self) -> geometry.Size:
        """Width and height in pixels."""
        return self.picture.pixels.shape[1], self.picture.pixels.shape[0]


class Candidates:
    """Proposes poses of the views of an index. Immutable; its lifetime is that of the detector."""

    def __init__(
        self, index: ReferenceIndex, settings: Settings, specs: Sequence[ChannelSpec]
    ) -> None:
        self._settings, self.views = settings, index.view_table
        self.specs = searched(specs, settings)
        self.channels = build_channels(self.specs, settings)
        self._stored = {
            name: StoredFeatures(index.references(name), index.view_table, index.marks)
            for name in self.channels
        }
        self.searchers: dict[str, Searcher] = {
            name: channel.prepare(self._stored[name]) for name, channel in self.channels.items()
        }
        self._budgets = budgets(specs, settings)
        self._is_large = self._exceeds_budgets(len(index.marks))

    def describe(
        self, picture: Picture, known: Mapping[str, Features] | None = None
    ) -> DescribedPhoto:
        """The features of a picture in every channel that can describe it; some may be known."""
        features, faults = dict(known or {}), dict[str, Exception]()
        for spec in self.specs:
            if spec.name not in features and self._budgets[spec.name].poses:
                work = partial(self.channels[spec.name].describe, picture)
                described = attempt(work, partial(faults.__setitem__, spec.name))
                if described is not None:
                    features[spec.name] = described
        edges = pose_refinement.describe(picture, self._settings.alignment)
        return DescribedPhoto(picture, features, edges, faults)

    def describe_closely(self, picture: Picture) -> Iterator[DescribedPhoto]:
        """Yield a picture with its features, then each of its tiles with its own.

        QR and bar codes are painted over, as in the pictures of marks.
        """
        picture = replace(picture, pixels=without_codes(picture.pixels))
        yield self.describe(picture)
        height, width = picture.pixels.shape[:2]
        for box in tiling(width, height, self._settings.tiles).boxes:
            described = self.describe(cut_out(picture, box))
            yield replace(described, tile_of=picture, corner=box[:2])

    def propose(
        self,
        photo: DescribedPhoto,
        without: Collection[int],
        on_fault: Callable[[str, Exception], None],
    ) -> dict[str, list[Proposal]]:
        """The proposals of every channel, less those of marks in the rows `without`.

        In a large index some channels search only the likely marks: the best by learned
        descriptors, which are fast to compare. `on_fault` is told which channel failed, and why.
        """
        proposals: dict[str, list[Proposal]] = {}
        for name in sorted(photo.features, key=self._follows):
            work = partial(self._proposed, name, photo, proposals, without)
            proposals[name] = attempt(work, partial(on_fault, name)) or []
        return {spec.name: proposals.get(spec.name, []) for spec in self.specs}

    def _proposed(
        self,
        name: str,
        photo: DescribedPhoto,
        proposals: Proposals,
        without: Collection[int],
    ) -> list[Proposal]:
        """The proposals of one channel; `proposals` are those of the channels before it."""
        features, searcher = photo.features[name], self.searchers[name]
        views: ViewRows | None = None
        if 2 * len(without) > len(self.views.wholes):  # few are searched: the others cost nothing
            views = np.flatnonzero(~np.isin(self.views.marks, list(without))).tolist()
        elif self._is_restricted(name):
            most = self._budgets[name].likely_marks or 0
            views = self._likely_views(proposals.get(RANKING_CHANNEL, ()), most)
        elif isinstance(searcher, Shortlisting):
            views = self._with_likely_views(searcher.shortlist(features), proposals)
        found = searcher.search(features, views)
        return [one for one in found if self.views.marks[one.view] not in without]

    def _with_likely_views(self, views: ViewRows | None, proposals: Proposals) -> ViewRows | None:
        """A shortlist with the views of the marks that other channels deem likely."""
        if views is None:
            return None
        likely = (self._likely_views(found, LIKELY_ELSEWHERE) for found in proposals.values())
        return sorted({*views, *chain.from_iterable(likely)})

    def _follows(self, name: str) -> bool:
        """Whether what a channel searches depends on the proposals of others."""
        return self._is_restricted(name) or isinstance(self.searchers[name], Shortlisting)

    def searchers_of(self, mark: int) -> dict[str, Searcher]:
        """Searchers of the views of one mark, which cost the same in an index of any size."""
        views = np.flatnonzero(self.views.marks == mark).tolist()
        searchers = dict[str, Searcher]()
        for name, stored in self._stored.items():
            own = ViewFeatures(stored.references).subset(views)
            marks = [one if row == mark else _WORDLESS for row, one in enumerate(stored.marks)]
            searchers[name] = self.channels[name].prepare(
                replace(stored, references=own, marks=marks)
            )
        return searchers

    def propose_elsewhere(
        self,
        photo: DescribedPhoto,
        mark: int,
        outlines: Sequence[Floats],
        channels: Collection[str],
    ) -> dict[str, list[Proposal]]:
        """Proposals of one mark by some channels from features outside `outlines`.

        `outlines` are quads (4, 2) in the photo.
        """
        views = np.flatnonzero(self.views.marks == mark).tolist()
        proposals: dict[str, list[Proposal]] = {spec.name: [] for spec in self.specs}
        for spec in self.specs:
            if spec.maskable and spec.name in channels and spec.name in photo.features:
                rest = _outside(photo.features[spec.name], outlines)
                proposals[spec.name] = self.searchers[spec.name].search(rest, views)
        return proposals

    def select(
        self,
        proposals: Proposals,
        photo: geometry.Size,
        most: int | None = None,
        share: float = 1.0,
    ) -> Iterator[Proposal]:
        """Yield the best proposals of every channel within its budget, without duplicates.

        `most` limits every channel further; every budget is multiplied by `share`.
        """
        selected = defaultdict[DeduplicationKey, list[Outline]](list)
        for spec in self.specs:
            budget = round(share * self._budgets[spec.name].poses)
            distinct = self._distinct(proposals[spec.name], photo, selected)
            yield from islice(distinct, min(budget, most or budget))

    def outline_of(self, proposal: Proposal, photo: geometry.Size) -> Floats | None:
        """The outline (4, 2) of a proposal in the photo; None where its pose is not plausible."""
        size = self.views.size_of(proposal.view)
        if not geometry.is_plausible(proposal.pose, size, photo):
            return None
        return geometry.quad_of(proposal.pose, size)

    def _distinct(
        self,
        proposals: Iterable[Proposal],
        photo: geometry.Size,
        selected: defaultdict[DeduplicationKey, list[Outline]],
    ) -> Iterator[Proposal]:
        """Yield the proposals that duplicate none of `selected`, and add them to it."""
        for proposal in proposals:
            quad = self.outline_of(proposal, photo)
            if quad is None:
                continue
            outline = quad, geometry.box_of(quad, photo)
            key = int(self.views.marks[proposal.view]), bool(self.views.mirrored[proposal.view])
            if not any(_is_duplicate(other, outline) for other in selected[key]):
                selected[key].append(outline)
                yield proposal

    def _exceeds_budgets(self, marks: int) -> bool:
        """Whether there are more marks than some channel searches, and vectors to rank them."""
        stored = self._stored.get(RANKING_CHANNEL)
        limits = [self._budgets[name].likely_marks for name in self.channels]
        ranked = stored is not None and len(stored.references.view) > 0
        return ranked and any(limit is not None and limit < marks for limit in limits)

    def _is_restricted(self, name: str) -> bool:
        """Whether a channel searches only the likely marks."""
        limit = self._budgets[name].likely_marks
        return self._is_large and limit is not None and limit < int(self.views.marks[-1]) + 1

    def _likely_views(self, proposals: Sequence[Proposal], most: int) -> list[int]:
        """All views of the first `most` marks that are proposed, in rising order."""
        marks = dict.fromkeys(int(self.views.marks[proposal.view]) for proposal in proposals)
        return np.flatnonzero(np.isin(self.views.marks, list(marks)[:most])).tolist()


def _is_duplicate(outline: Outline, other: Outline) -> bool:
    """Whether two outlines are one place: those of copies along a diagonal only have like boxes."""
    (quad, box), (other_quad, other_box) = outline, other
    return (
        geometry.box_iou(box, other_box) > DUPLICATE_IOU
        and geometry.quad_share(quad, other_quad) > SAME_INSTANCE
    )


def _outside(photo: Features, outlines: Sequence[Floats]) -> Features:
    """The features whose centre lies in none of the outlines."""
    outside = np.ones(len(photo), bool)
    for quad in outlines:
        outside &= ~geometry.contains(quad, photo.frames[:, :2])
    return Features(photo.frames[outside], photo.descriptors[outside], photo.labels[outside])
