"""The way of one photo: the only file that knows all stages of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from detector import geometry
from detector.evidence import alignment, difference, shape, words
from detector.evidence.channel import Channel, channels, resolved
from detector.evidence.word_features import NONE as NO_WORDS
from detector.index.store import ReferenceIndex
from detector.pipeline.contest import SAME_PLACE, Hypothesis, Sighting, best_of_marks, uncontested
from detector.pipeline.enrol import check_settings
from detector.pipeline.rows import Rows
from detector.pipeline.text import Texts, classes_of
from detector.records import Evidence, Finding, Listing, Matrix, Picture, Reading, References
from detector.scoring.policy import Policy, decide
from detector.scoring.scorer import Scorer, default_scorer
from detector.scoring.verdict import judge
from detector.settings import Settings

SAME_OUTLINE = 0.35  # overlap of two boxes of the same thing, whose poses differ by little


class Detector:
    """An open index with everything needed to inspect photos against it."""

    def __init__(
        self,
        index: ReferenceIndex,
        settings: Settings | None = None,
        policy: Policy | None = None,
        *,
        threshold: float | None = None,
        seller: str = "",
        top: int = 10,
        scorer: Scorer | None = None,
    ) -> None:
        self.index = index
        self.settings = resolved(settings or Settings())
        self.scorer = scorer or default_scorer()
        self.policy = policy or Policy(review=self.scorer.threshold)
        self.threshold = self.policy.review if threshold is None else threshold
        self.seller, self.top = seller, top
        self.channels = channels(self.settings)
        check_settings(index, self.settings)
        self._texts = Texts(index.marks)
        self._references = {one.name: self._known(one.name) for one in self.channels}
        self._fields = Rows(index.references(alignment.NAME))
        self._templates = Rows(self._references["shape"])

    @classmethod
    def open(cls, folder: Path, **options: Any) -> Self:
        """Open the index in `folder`; options as for the constructor."""
        return cls(ReferenceIndex.open(folder), **options)

    def inspect(
        self,
        reading: Reading,
        *,
        title: str = "",
        description: str = "",
        seller: str = "",
        classes: Iterable[int] = (),
    ) -> Listing:
        """Everything found in one photo and in the texts beside it.

        `seller` is whose photo it is, the detector's by default; `classes` are the Nice classes of
        the goods. Never raises for what is in the picture; raises `UsageError` for what is no Nice
        class, `MissingExtra` for a text where the extra `words` is not installed.
        """
        start, seller, goods = time.perf_counter(), seller or self.seller, classes_of([*classes])
        ranked = best_of_marks(self.sightings(reading.pictures))
        listed = uncontested(item for item in ranked if item[0].score >= self.threshold)
        findings = tuple(
            self.finding(picture, one, reading.digest, seller)
            for one, picture in listed[: self.top]
        )
        found = self._texts.find(title, description, seller, goods)
        text = tuple(one for one in found if one.score >= self.threshold)
        return Listing(
            reading.path,
            reading.status,
            decide(reading.status, (*findings, *text), self.policy),
            reading.message,
            reading.width,
            reading.height,
            reading.digest,
            findings,
            time.perf_counter() - start,
            title,
            description,
            text,
        )

    def sightings(self, pictures: Iterable[Picture]) -> Iterator[Sighting]:
        """The hypotheses of every picture of a photo, each with its picture."""
        return ((one, picture) for picture in pictures for one in self.hypotheses(picture))

    def hypotheses(self, picture: Picture) -> list[Hypothesis]:
        """Every shortlisted pose with its evidence and score, best first."""
        size = (picture.pixels.shape[1], picture.pixels.shape[0])
        found = {one.name: self._compare(one, picture) for one in self.channels}
        edges = alignment.describe(picture, self.settings.alignment)
        checked = [
            self._check(edges, size, proposal, found) for proposal in self._shortlist(found, size)
        ]
        return sorted((one for one in checked if one is not None), key=lambda one: -one.score)

    @property
    def reads_words(self) -> bool:
        """Whether words are read in photos."""
        return bool(self.settings.words.read)

    def _known(self, channel: str) -> References:
        """What a channel is to find: the features of all views, and of words the marks' own too."""
        if channel != words.NAME:
            return self.index.references(channel)
        if not self.reads_words:
            return NO_WORDS
        read = self.index.references(channel) if channel in self.index.channels else NO_WORDS
        sizes = [self._size(view) for view in self.index.wholes]
        return words.with_names(read, self.index.marks, self.index.wholes, sizes)

    def _compare(self, channel: Channel, picture: Picture) -> list[Evidence]:
        references = self._references[channel.name]
        return (
            channel.compare(channel.describe(picture), references) if len(references.view) else []
        )

    def _shortlist(
        self, found: dict[str, list[Evidence]], photo: geometry.Size
    ) -> Iterator[Evidence]:
        """The best proposals of every channel, each place of a mark once."""
        taken: list[tuple[int, tuple[float, ...]]] = []
        for channel, count in self.settings.shortlist:
            fresh = 0
            for one in found[channel]:
                if fresh == count:
                    break
                place = self._place(one, photo)
                if place is None or any(
                    mark == place[0] and geometry.box_overlap(box, place[1]) > 0.6
                    for mark, box in taken
                ):
                    continue
                taken.append(place)
                fresh += 1
                yield one

    def _place(
        self, one: Evidence, photo: geometry.Size
    ) -> tuple[int, tuple[float, float, float, float]] | None:
        size = self._size(one.view)
        if one.homography is None or not geometry.is_plausible(one.homography, size, photo):
            return None
        box = geometry.box_of(geometry.quad_of(one.homography, size), photo)
        return int(self.index.view_marks[one.view]), box

    def _size(self, view: int) -> geometry.Size:
        info = self.index.view_info[view]
        return int(info["width"]), int(info["height"])

    def _check(
        self,
        edges: alignment.PhotoEdges,
        photo: geometry.Size,
        proposal: Evidence,
        found: dict[str, list[Evidence]],
    ) -> Hypothesis | None:
        """Align one proposal, gather what supports it at that place, and score it."""
        assert proposal.homography is not None
        view, size = proposal.view, self._size(proposal.view)
        pose, measures = alignment.align(
            edges, self._fields[view], proposal.homography, self.settings.alignment
        )
        if not geometry.is_plausible(pose, size, photo):
            return None
        colour = alignment.colour_match(edges, self._fields[view], pose)
        likeness = self._upright(edges.stack, view, pose)
        measures = replace(measures, colour=colour, likeness=likeness)
        aligned = Evidence(alignment.NAME, view, measures, pose, np.zeros((0, 4), np.float32))
        mark = int(self.index.view_marks[view])
        box = geometry.box_of(geometry.quad_of(pose, size), photo)
        support = (
            self._support(view, None if name == words.NAME else box, photo, mine)
            for name, mine in found.items()
        )
        evidence = (aligned, *(one for one in support if one is not None))
        whole = self.index.view_info[view]["part"] == 0
        score = self.scorer.probability(evidence)
        grounded = all(self._lies_in(box, one) for one in evidence if one.channel == words.NAME)
        return Hypothesis(mark, view, pose, box, whole, proposal.channel, evidence, score, grounded)

    def _lies_in(self, box: tuple[float, ...], one: Evidence) -> bool:
        """Whether the middle of what evidence outlines is in a box of the photo."""
        if one.homography is None:
            return False
        x, y = geometry.quad_of(one.homography, self._size(one.view)).mean(axis=0).tolist()
        return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    def _upright(self, photo: geometry.Stack, view: int, pose: Matrix) -> float:
        template = self._templates.get(self._plain(view))
        if template is None:
            return float("nan")
        size = self._size(view)
        if self.index.view_info[view]["mirrored"]:
            pose = pose @ geometry.flip(size[0])
        return shape.upright_likeness(photo, template, size, pose, self.settings.shape)

    def _plain(self, view: int) -> int:
        """The view of the same picture as it was given, not turned: it has the template."""
        info = self.index.view_info
        if not info[view]["inverted"] and not info[view]["mirrored"]:
            return view
        start = int(np.searchsorted(self.index.view_marks, self.index.view_marks[view]))
        for row in range(view - 1, start - 1, -1):
            same = info[row]["part"] == info[view]["part"] and not info[row]["inverted"]
            if same and self._size(row) == self._size(view) and not info[row]["mirrored"]:
                return row
        return view

    def _support(
        self, view: int, box: tuple[float, ...] | None, photo: geometry.Size, found: list[Evidence]
    ) -> Evidence | None:
        """The channel's best evidence for this mark at this place, seen the same way round.

        Evidence for the same part must have about the same outline; a part lies in its whole.
        Without a place, `box` None, it may lie anywhere: a name often stands beside an emblem.
        """
        marks, info = self.index.view_marks, self.index.view_info
        for one in found:
            if marks[one.view] != marks[view]:
                continue
            if box is None:
                return one
            if info[one.view]["mirrored"] != info[view]["mirrored"]:
                continue
            place = self._place(one, photo)
            if place is None:
                continue
            same = info[one.view]["part"] == info[view]["part"]
            shared = geometry.box_overlap if same else geometry.box_share
            if shared(box, place[1]) > (SAME_OUTLINE if same else SAME_PLACE):
                return one
        return None

    def finding(
        self, picture: Picture, one: Hypothesis, digest: str = "", seller: str = ""
    ) -> Finding:
        """What a hypothesis comes to, compared closely; `digest` is that of the photo's bytes."""
        view, mark = self.index.view(one.view), self.index.marks[one.mark]
        photo = picture.pixels.shape[1], picture.pixels.shape[0]
        pose, fine = difference.difference(geometry.halvings(picture.pixels), view, one.pose)
        if not geometry.is_plausible(pose, self._size(one.view), photo):
            pose = one.pose
        closely = Evidence(difference.NAME, one.view, fine, pose, np.zeros((0, 4), np.float32))
        evidence = (closely, *one.evidence)
        quad = geometry.quad_of(pose, self._size(one.view))
        judgement = judge(view, quad, evidence)
        box = geometry.box_of(quad, photo)
        return Finding(
            mark=mark.id,
            name=mark.name,
            score=one.score,
            verdict=judgement.verdict,
            box=box,
            quad=quad,
            evidence=evidence,
            fingerprint=_fingerprint(digest, mark.id, box),
            source=view.source,
            part=view.part,
            inverted=view.inverted,
            mirrored=view.mirrored,
            frame=picture.frame,
            authorised=mark.authorises(seller),
            alterations=judgement.alterations,
            reasons=judgement.reasons,
        )


def _fingerprint(source: str, mark: str, box: Iterable[float]) -> str:
    """The same photo, mark and place give the same fingerprint in every scan."""
    place = ",".join(str(round(value / 16)) for value in box)
    return hashlib.sha256(f"{source}|{mark}|{place}".encode()).hexdigest()[:16]
