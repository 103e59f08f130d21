"""Channels `sift` and `orb`: keypoint matches, clustered by pose, and homographies fitted to them.

SIFT: Lowe 2004, as RootSIFT (Arandjelovic & Zisserman 2012). ORB: Rublee et al. 2011. Matches vote
for a pose (a Hough transform) before a homography is fitted, so that unrelated matches are never
fitted together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector import geometry, score_terms
from detector.channels.base import ChannelSpec, StoredFeatures, ViewRows
from detector.channels.descriptors import METRICS, QUANTUM, WIDTHS, stored_descriptors
from detector.channels.keypoint_poses import fitted_pose, largest_cluster
from detector.channels.two_nearest import nearest_two
from detector.channels.view_votes import ViewVotes
from detector.index.view_features import ViewFeatures
from detector.pictures.gradients import resize
from detector.records import (
    Features,
    Floats,
    Matrix,
    Measures,
    Picture,
    Pixels,
    Proposal,
    References,
    View,
    spans,
)
from detector.settings import Budget, KeypointName, KeypointSettings

Rows = NDArray[np.intp]

MAX_ENLARGEMENT = 2.0  # of small photos: more adds no detail
MAX_POSES = 2  # proposals of one view in one photo


class KeypointChannel:
    """Describes pictures by keypoints; `settings.feature` is "sift" or "orb"."""

    def __init__(self, settings: KeypointSettings | None = None) -> None:
        self.settings = settings or KeypointSettings()
        self.name: KeypointName = self.settings.feature

    def describe(self, picture: Picture) -> Features:
        """The keypoints of a photo: x, y, size in photo pixels, angle in radians."""
        return self._points(picture.pixels, self.settings.photo_side, self.settings.photo_points, 0)

    def describe_view(self, view: View) -> Features:
        """The keypoints of a view at each of `view_sides`; a part has none, the whole has them."""
        share = self.settings.mirrored if view.mirrored else 1.0
        most = round(share * self.settings.view_points) if view.part == "whole" else 0
        sides = self.settings.view_sides if most else ()
        if not sides:
            return _no_points(self.name)
        sizes = [self._points(view.pixels, side, most, number) for number, side in enumerate(sides)]
        return Features(
            np.concatenate([size.frames for size in sizes]),
            np.concatenate([size.descriptors for size in sizes]),
            np.concatenate([size.labels for size in sizes]),
        )

    def prepare(self, stored: StoredFeatures) -> KeypointSearcher:
        """See `Channel.prepare`."""
        return KeypointSearcher(self.settings, stored)

    def _points(self, pixels: Pixels, side: int, most: int, label: int) -> Features:
        scale = min(side / max(pixels.shape[:2]), MAX_ENLARGEMENT)
        grey = cv2.cvtColor(resize(pixels, scale), cv2.COLOR_RGB2GRAY)
        points, raw = _extractor(self.name, most).detectAndCompute(grey, None)
        if raw is None or not len(points):
            return _no_points(self.name)
        points, raw = points[:most], raw[:most]
        frames = np.array([(*p.pt, p.size, p.angle) for p in points], np.float32)
        frames[:, :2] = (frames[:, :2] + 0.5) / scale
        frames[:, 2] /= scale
        frames[:, 3] = np.deg2rad(frames[:, 3])
        return Features(
            frames, stored_descriptors(self.name, raw), np.full(len(frames), label, np.int16)
        )


class KeypointSearcher:
    """Matches the keypoints of a photo with stored ones, exhaustively.

    Where an index has more views than `settings.shortlist`, SIFT compares those with most votes.
    """

    def __init__(self, settings: KeypointSettings, stored: StoredFeatures) -> None:
        self.settings, self.name = settings, settings.feature
        self._features = ViewFeatures(stored.references)
        votes = self.name == "sift" and 0 < settings.shortlist < len(stored.views)
        self._votes = ViewVotes(stored.references, stored.views.sizes) if votes else None

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """Poses supported by at least `cluster` matches, most inliers first."""
        if len(photo) < 2:
            return []
        references = self._features.subset(self.shortlist(photo) if views is None else views)
        if not len(references.features):
            return []
        rows, points = self._matches(photo, references)
        proposals = []
        for view, start, stop in spans(references.view[rows]):
            source = references.features.frames[rows[start:stop]]
            target = photo.frames[points[start:stop]]
            for pose, inlier in self._poses(source, target):
                pairs = np.concatenate([source[inlier, :2], target[inlier, :2]], axis=1)
                measures = _measure(pairs, _points_of(view, references))
                proposals.append(Proposal(self.name, view, measures, pose, pairs))
        return sorted(proposals, key=lambda p: (-p.measures.inliers, p.view))

    def shortlist(self, photo: Features) -> ViewRows | None:
        """The views with most votes, in rising order; None for all."""
        if self._votes is None or not len(photo):
            return None
        scores = self._votes.scores(photo)
        most = np.argsort(-scores, kind="stable")[: self.settings.shortlist]
        views: list[int] = np.sort(most[scores[most] > 0]).tolist()
        return views

    def _matches(self, photo: Features, references: References) -> tuple[Rows, Rows]:
        """(reference rows, photo points) that pass the ratio test, one per view and photo point.

        They are in order of view, those of a view with the clearest first: OpenCV draws samples by
        the order of pairs, with a seed of its own.
        """
        nearest, first, second = nearest_two(
            references.features.descriptors, photo.descriptors, METRICS[self.name]
        )
        rows = np.flatnonzero(first < self.settings.ratio * second)
        order = rows[np.lexsort((first[rows], nearest[rows], references.view[rows]))]
        view, point = references.view[order], nearest[order]
        unique = np.ones(len(order), bool)
        unique[1:] = (view[1:] != view[:-1]) | (point[1:] != point[:-1])
        kept, points = order[unique], point[unique]
        clearest = np.lexsort((first[kept] / second[kept], references.view[kept]))
        return kept[clearest], points[clearest]

    def _poses(self, source: Floats, target: Floats) -> Iterator[tuple[Matrix, NDArray[np.bool_]]]:
        """Up to MAX_POSES distinct poses of one view: homography, and which matches are inliers."""
        free = np.ones(len(source), bool)
        for _ in range(MAX_POSES):
            if free.sum() < self.settings.cluster:
                return
            members = np.flatnonzero(free)[largest_cluster(source[free], target[free])]
            if len(members) < self.settings.cluster:
                return
            pose = fitted_pose(
                source[members], target[members], self._tolerance(source, target, members)
            )
            free[members] = False
            if pose is None:
                continue
            error = np.linalg.norm(geometry.project(pose, source[:, :2]) - target[:, :2], axis=1)
            inlier = error < self._tolerance(source, target, members)
            free &= ~inlier
            if inlier.any():  # a pose fitted to few matches may be far from all of them
                yield pose, inlier

    def _tolerance(self, source: Floats, target: Floats, members: Rows) -> float:
        """Inlier distance in photo pixels, in proportion to the view's size in the photo."""
        scale = float(np.median(target[members, 2] / source[members, 2]))
        extent = float(np.ptp(source[:, :2], axis=0).max())
        return max(2.0, self.settings.tolerance * scale * extent)


def _measure(inliers: Floats, points: Floats) -> Measures:
    """Measures of the inlier matches (K, 4) of a view with these `points` (N, 2)."""
    distinct = len(np.unique(inliers[:, 2:].round(), axis=0))
    spread = _hull_area(inliers[:, :2]) / max(_hull_area(points), 1.0)
    return Measures(inliers=float(distinct), spread=spread)


def _hull_area(points: Floats) -> float:
    return cv2.contourArea(cv2.convexHull(np.ascontiguousarray(points)))


def _points_of(view: int, references: References) -> Floats:
    """(N, 2) all keypoints of a view."""
    start, stop = np.searchsorted(references.view, [view, view + 1])
    return references.features.frames[start:stop, :2]


_EXTRACTOR: dict[str, dict[str, float]] = {
    # Small logos: a finer pyramid, corners of low contrast, a patch near the picture's edge.
    "orb": {
        "scaleFactor": 1.15,
        "nlevels": 10,
        "edgeThreshold": 12,
        "patchSize": 25,
        "fastThreshold": 5,
    },
    # The enlarged first octave of SIFT lies a quarter pixel off unless it is upscaled precisely.
    "sift": {"contrastThreshold": 0.02, "enable_precise_upscale": True},
}


def _extractor(name: KeypointName, most: int) -> Any:
    create: Any = {"orb": cv2.ORB.create, "sift": cv2.SIFT.create}[name]
    return create(nfeatures=most, **_EXTRACTOR[name])


def _no_points(name: str) -> Features:
    return Features(
        np.zeros((0, 4), np.float32), np.zeros((0, WIDTHS[name]), np.uint8), np.zeros(0, np.int16)
    )


def _stored(settings: KeypointSettings) -> Mapping[str, object]:
    """Only the settings that views are described with: those of the search may change."""
    names = ("feature", "view_sides", "view_points", "mirrored")
    chosen = {name: value for name, value in asdict(settings).items() if name in names}
    return {"version": 1, "quantum": QUANTUM, "extractor": _EXTRACTOR[settings.feature], **chosen}


SIFT = ChannelSpec(
    name="sift",
    settings=lambda settings: settings.sift,
    factory=KeypointChannel,
    stored=_stored,
    budget=Budget(poses=50),
    terms={
        "sift few": score_terms.log_inliers,
        "sift many": score_terms.surplus_inliers,
        "sift spread": score_terms.measure("spread", 0),
    },
    wording=score_terms.reason("{inliers:.0f} SIFT points agree on one pose"),
)
ORB = ChannelSpec(
    name="orb",
    settings=lambda settings: settings.orb,
    factory=KeypointChannel,
    stored=_stored,
    budget=Budget(poses=3, likely_marks=30),
    searched=False,
    terms={"orb few": score_terms.log_inliers},
    wording=score_terms.reason("{inliers:.0f} ORB points agree on one pose"),
)
