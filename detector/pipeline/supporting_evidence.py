"""Proposals of all channels for the mark of a candidate at its place: the evidence beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from detector import geometry
from detector.index.view_table import ViewTable
from detector.records import Floats, Proposal

SAME_PLACE = 0.5  # share of the smaller box above which a part and its whole are at one place
SAME_OUTLINE = 0.35  # IoU of boxes above which two poses of one part are at one place
LEAST_SHARED = 0.1  # of the smaller outline: two signs side by side on a diagonal share less


class SupportingEvidence:
    """The proposals of one photo by mark. Lifetime: the verification of one photo."""

    def __init__(
        self,
        proposals: Mapping[str, Sequence[Proposal]],
        views: ViewTable,
        photo: geometry.Size,
        position_free: Collection[str],
        outline_of: Callable[[Proposal, geometry.Size], Floats | None],
    ) -> None:
        """`outline_of` is `Candidates.outline_of`."""
        self._views, self._photo, self._position_free = views, photo, position_free
        self._candidate_outline = outline_of
        self._by_mark: dict[int, dict[str, list[Proposal]]] = defaultdict(dict)
        for channel, ranked in proposals.items():
            for proposal in ranked:
                mark = int(views.marks[proposal.view])
                self._by_mark[mark].setdefault(channel, []).append(proposal)
        self._outlines: dict[int, Floats | None] = {}

    def beside(self, view: int, quad: Floats) -> list[Proposal]:
        """Each channel's best proposal for the mark of a view at `quad` (4, 2), if it has one.

        One for the same part must have a similar box and overlap; one for another part must
        overlap; both with the same mirroring. Proposals of channels with
        `ChannelSpec.position_free` count wherever they are: a name is often beside an emblem.
        """
        channels = self._by_mark[int(self._views.marks[view])].values()
        found = (next(self._at(view, quad, ranked), None) for ranked in channels)
        return [proposal for proposal in found if proposal is not None]

    def words_lie_in(self, quad: Floats, support: Sequence[Proposal]) -> bool:
        """Whether every word among `support` has its centre in the box of `quad`."""
        box = geometry.box_of(quad, self._photo)
        return all(self._lies_in(box, p) for p in support if p.channel in self._position_free)

    def _at(self, view: int, quad: Floats, ranked: Sequence[Proposal]) -> Iterator[Proposal]:
        for proposal in ranked:
            if proposal.channel in self._position_free:
                yield proposal
            elif self._views.mirrored[proposal.view] == self._views.mirrored[view]:
                other = self._outline_of(proposal)
                if other is not None and self._is_same_place(proposal.view, other, view, quad):
                    yield proposal

    def _outline_of(self, proposal: Proposal) -> Floats | None:
        key = id(proposal)
        if key not in self._outlines:
            self._outlines[key] = self._candidate_outline(proposal, self._photo)
        return self._outlines[key]

    def _lies_in(self, box: tuple[float, ...], proposal: Proposal) -> bool:
        """Whether the centre of a proposal's outline is in a box of the photo."""
        quad = geometry.quad_of(proposal.pose, self._views.size_of(proposal.view))
        x, y = np.mean(quad, axis=0).tolist()
        return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    def _is_same_place(self, view: int, other: Floats, candidate: int, quad: Floats) -> bool:
        boxes = geometry.box_of(other, self._photo), geometry.box_of(quad, self._photo)
        if self._views.parts[view] == self._views.parts[candidate]:
            near = geometry.box_iou(*boxes) > SAME_OUTLINE
        else:
            near = geometry.box_share(*boxes) > SAME_PLACE
        return near and geometry.quad_share(other, quad) >= LEAST_SHARED
