"""The way of one photo: the only file that knows all stages of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from detector import geometry
from detector.channels.registry import resolved
from detector.index.store import ReferenceIndex
from detector.pipeline.import_marks import check_settings
from detector.pipeline.listing_text import Texts, classes_of
from detector.pipeline.suppression import Hypothesis, Sighting, best_of_marks, uncontested
from detector.pipeline.verify import Checker
from detector.records import Evidence, Finding, Listing, Picture, Reading
from detector.scoring.policy import Policy, decide
from detector.scoring.scorer import Scorer, default_scorer
from detector.scoring.verdict import judge
from detector.settings import Settings
from detector.verification import local_comparison as difference


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
        check_settings(index, self.settings)
        self._checker = Checker(index, self.settings, self.scorer)
        self.channels = self._checker.channels
        self._texts = Texts(index.marks)

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
        return self._checker.hypotheses(picture)

    @property
    def reads_words(self) -> bool:
        """Whether words are read in photos."""
        return bool(self.settings.words.read)

    def finding(
        self, picture: Picture, one: Hypothesis, digest: str = "", seller: str = ""
    ) -> Finding:
        """What a hypothesis comes to, compared closely; `digest` is that of the photo's bytes."""
        view, mark = self.index.view(one.view), self.index.marks[one.mark]
        photo = picture.pixels.shape[1], picture.pixels.shape[0]
        pose, fine = difference.difference(geometry.halvings(picture.pixels), view, one.pose)
        if not geometry.is_plausible(pose, self._checker.size_of(one.view), photo):
            pose = one.pose
        closely = Evidence(difference.NAME, one.view, fine, pose, np.zeros((0, 4), np.float32))
        evidence = (closely, *one.evidence)
        quad = geometry.quad_of(pose, self._checker.size_of(one.view))
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
            authorised=mark.rights.authorises(seller),
            alterations=judgement.alterations,
            reasons=judgement.reasons,
        )


def _fingerprint(source: str, mark: str, box: Iterable[float]) -> str:
    """The same photo, mark and place give the same fingerprint in every scan."""
    place = ",".join(str(round(value / 16)) for value in box)
    return hashlib.sha256(f"{source}|{mark}|{place}".encode()).hexdigest()[:16]
