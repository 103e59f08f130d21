"""From a photo to hypotheses: every channel proposes poses, each is checked densely and scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detector import geometry
from detector.channels import edge_templates as shape
from detector.channels import embedding, words
from detector.channels.registry import channels
from detector.channels.word_features import NONE
from detector.index.store import ReferenceIndex
from detector.pipeline.suppression import SAME_PLACE, Hypothesis
from detector.pipeline.view_features import Rows
from detector.records import Evidence, Matrix, Picture, References
from detector.scoring.scorer import Scorer
from detector.settings import Settings
from detector.verification import pose_refinement as alignment

SAME_OUTLINE = 0.35  # overlap of two boxes of the same thing, whose poses differ by little


class Checker:
    """Proposes and checks poses of the marks of an index. Lifetime: as the detector's."""

    def __init__(self, index: ReferenceIndex, settings: Settings, scorer: Scorer) -> None:
        self.index, self.settings, self.scorer = index, settings, scorer
        self.views = index.view_table
        self.channels = channels(settings)
        self._references = {one.name: self._known(one.name) for one in self.channels}
        self._fields = Rows(index.references(alignment.NAME))
        self._templates = Rows(self._references["shape"])
        self._windows = Rows(self._references[embedding.NAME])
        learned = len(self._references[embedding.NAME].view) > 0
        self._likely = {
            name: most for name, most in settings.likely if learned and most < len(index.marks)
        }
        self._by_view = {name: Rows(self._references[name]) for name in self._likely}

    def hypotheses(self, picture: Picture) -> list[Hypothesis]:
        """Every shortlisted pose with its evidence and score, best first."""
        size = (picture.pixels.shape[1], picture.pixels.shape[0])
        found = self._found(picture)
        edges = alignment.describe(picture, self.settings.alignment)
        aligned = [
            (proposal.channel, one)
            for proposal in self._shortlist(found, size)
            if (one := self._aligned(edges, size, proposal)) is not None
        ]
        seen = self._seen_upright(edges.stack, [one for _, one in aligned])
        checked = [
            self._supported(name, one, size, found)
            for (name, _), one in zip(aligned, seen, strict=True)
        ]
        return sorted(checked, key=lambda one: -one.score)

    def _known(self, channel: str) -> References:
        """What a channel is to find: the features of all views, and of words the marks' own too."""
        kept = self.index.references(channel) if channel in self.index.channels else NONE
        if channel != words.NAME:
            return kept
        if not self.settings.words.read:
            return NONE
        sizes = [self.size_of(view) for view in self.views.wholes]
        return words.with_names(kept, self.index.marks, self.views.wholes, sizes)

    def _found(self, picture: Picture) -> dict[str, list[Evidence]]:
        """What every channel finds; of a large index some look for the likely marks alone.

        Likely are the marks whose learned descriptors stand out most: comparing those costs little.
        """
        found: dict[str, list[Evidence]] = {}
        for one in sorted(self.channels, key=lambda channel: channel.name in self._by_view):
            references = self._references[one.name]
            if one.name in self._by_view:
                likely = self._likely_views(found[embedding.NAME], self._likely[one.name])
                references = self._by_view[one.name].of(likely)
            nothing = not len(references.view)
            found[one.name] = [] if nothing else one.compare(one.describe(picture), references)
        return {one.name: found[one.name] for one in self.channels}

    def _likely_views(self, found: Sequence[Evidence], most: int) -> list[int]:
        """All views of the first `most` marks that were found, in rising order."""
        marks = dict.fromkeys(int(self.views.marks[one.view]) for one in found)
        chosen = list(marks)[:most]
        return np.flatnonzero(np.isin(self.views.marks, chosen)).tolist()

    def _shortlist(
        self, found: dict[str, list[Evidence]], photo: geometry.Size
    ) -> Iterator[Evidence]:
        """The best proposals of every channel, each place of a mark once, seen one way round."""
        taken: list[tuple[tuple[int, bool], tuple[float, ...]]] = []
        for channel, count in self.settings.shortlist:
            fresh = 0
            for one in found[channel]:
                if fresh == count:
                    break
                place = self._place(one, photo)
                if place is None:
                    continue
                sign = self._sign(one.view)
                near = (box for other, box in taken if other == sign)
                if any(geometry.box_overlap(box, place) > 0.6 for box in near):
                    continue
                taken.append((sign, place))
                fresh += 1
                yield one

    def _sign(self, view: int) -> tuple[int, bool]:
        """The mark of a view and whether it is mirrored: as far as signs at one place differ."""
        return int(self.views.marks[view]), bool(self.views.mirrored[view])

    def _place(
        self, one: Evidence, photo: geometry.Size
    ) -> tuple[float, float, float, float] | None:
        """The box that a proposal outlines in the photo; None where no camera could see it so."""
        size = self.size_of(one.view)
        if one.homography is None or not geometry.is_plausible(one.homography, size, photo):
            return None
        return geometry.box_of(geometry.quad_of(one.homography, size), photo)

    def size_of(self, view: int) -> geometry.Size:
        """Width and height of a view in pixels."""
        return self.views.size_of(view)

    def _aligned(
        self, edges: alignment.PhotoEdges, photo: geometry.Size, proposal: Evidence
    ) -> Evidence | None:
        """A proposal set right, with what is measured densely there; None where none can be."""
        assert proposal.homography is not None
        view, size = proposal.view, self.size_of(proposal.view)
        pose, measures = alignment.align(
            edges, self._fields[view], proposal.homography, self.settings.alignment
        )
        if not geometry.is_plausible(pose, size, photo):
            return None
        colour = alignment.colour_match(edges, self._fields[view], pose)
        likeness = self._upright(edges.stack, view, pose)
        measures = replace(measures, colour=colour, likeness=likeness)
        return Evidence(alignment.NAME, view, measures, pose, np.zeros((0, 4), np.float32))

    def _seen_upright(self, photo: geometry.Stack, aligned: Sequence[Evidence]) -> list[Evidence]:
        """The same, with the cosines of what stands there; all at once, which costs less."""
        views, poses = [], []
        for one in aligned:
            assert one.homography is not None
            mirrored = self.views.mirrored[one.view]
            views.append(self._windows.get(self._plain(one.view) if mirrored else one.view))
            poses.append(one.homography @ self._flip(one.view))
        cosines = embedding.cosines_at(photo, views, poses)
        return [
            replace(one, measures=replace(one.measures, cosine=cosine))
            for one, cosine in zip(aligned, cosines, strict=True)
        ]

    def _supported(
        self,
        proposed: str,
        aligned: Evidence,
        photo: geometry.Size,
        found: dict[str, list[Evidence]],
    ) -> Hypothesis:
        """A checked pose with what supports it at that place, scored."""
        assert aligned.homography is not None
        view, pose = aligned.view, aligned.homography
        mark = int(self.views.marks[view])
        box = geometry.box_of(geometry.quad_of(pose, self.size_of(view)), photo)
        support = (
            self._support(view, None if name == words.NAME else box, photo, mine)
            for name, mine in found.items()
        )
        evidence = (aligned, *(one for one in support if one is not None))
        whole = bool(self.views.parts[view] == 0)
        score = self.scorer.probability(evidence)
        grounded = all(self._lies_in(box, one) for one in evidence if one.channel == words.NAME)
        return Hypothesis(mark, view, pose, box, whole, proposed, evidence, score, grounded)

    def _lies_in(self, box: tuple[float, ...], one: Evidence) -> bool:
        """Whether the middle of what evidence outlines is in a box of the photo."""
        if one.homography is None:
            return False
        x, y = geometry.quad_of(one.homography, self.size_of(one.view)).mean(axis=0).tolist()
        return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    def _upright(self, photo: geometry.Stack, view: int, pose: Matrix) -> float:
        template = self._templates.get(self._plain(view))
        if template is None:
            return float("nan")
        pose = pose @ self._flip(view)
        return shape.upright_likeness(
            photo, template, self.size_of(view), pose, self.settings.shape
        )

    def _flip(self, view: int) -> Matrix:
        """From the view as it was given to the view, which may be its mirror image."""
        mirrored = self.views.mirrored[view]
        return geometry.flip(self.size_of(view)[0]) if mirrored else np.eye(3)

    def _plain(self, view: int) -> int:
        """The view of the same picture as it was given, not turned: it has the template."""
        return int(self.views.bases[view])

    def _support(
        self, view: int, box: tuple[float, ...] | None, photo: geometry.Size, found: list[Evidence]
    ) -> Evidence | None:
        """The channel's best evidence for this mark at this place, seen the same way round.

        Evidence for the same part must have about the same outline; a part lies in its whole.
        Without a place, `box` None, it may lie anywhere: a name often stands beside an emblem.
        """
        marks, mirrored, parts = self.views.marks, self.views.mirrored, self.views.parts
        for one in found:
            if marks[one.view] != marks[view]:
                continue
            if box is None:
                return one
            if mirrored[one.view] != mirrored[view]:
                continue
            place = self._place(one, photo)
            if place is None:
                continue
            same = parts[one.view] == parts[view]
            shared = geometry.box_overlap if same else geometry.box_share
            if shared(box, place) > (SAME_OUTLINE if same else SAME_PLACE):
                return one
        return None
