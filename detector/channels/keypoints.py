"""Channels `sift` and `orb`: keypoints, one match a photo point, poses that several matches share.

SIFT: Lowe 2004 with the Hellinger kernel (Arandjelovic & Zisserman 2012). ORB: Rublee et al. 2011.
Matches vote for a pose before a homography is fitted by USAC_MAGSAC (Barath et al. 2020), so that
a fit never joins points that do not belong together.
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
from detector.channels.descriptors import METRICS, QUANTUM, WIDTHS, packed
from detector.channels.ratio_match import nearest_two
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
from detector.settings import Budget, KeypointName, LocalSettings

Rows = NDArray[np.intp]

MAX_ENLARGEMENT = 2.0  # small photos are enlarged at most so much: more invents no detail
SEED = 1  # OpenCV's sampler, so that the same photo gives the same answer
POSES = 2  # copies of one view looked for in one photo


class KeypointChannel:
    """Keypoints of one kind; `settings.feature` names it."""

    def __init__(self, settings: LocalSettings | None = None) -> None:
        self.settings = settings or LocalSettings()
        self.name: KeypointName = self.settings.feature

    def describe(self, picture: Picture) -> Features:
        """Points of a photo: x, y, size, angle in photo pixels and radians."""
        return self._points(picture.pixels, self.settings.photo_side, self.settings.photo_points, 0)

    def describe_view(self, view: View) -> Features:
        """Points of a view at each of its sizes; parts give none, the whole has their points."""
        share = self.settings.mirrored if view.mirrored else 1.0
        most = round(share * self.settings.view_points) if view.part == "whole" else 0
        sides = self.settings.view_sides if most else ()
        made = [
            self._points(view.pixels, side, most, number) for number, side in enumerate(sides)
        ] or [_no_points(self.name)]
        return Features(
            np.concatenate([one.frames for one in made]),
            np.concatenate([one.descriptors for one in made]),
            np.concatenate([one.labels for one in made]),
        )

    def prepare(self, stored: StoredFeatures) -> KeypointSearcher:
        """See `Channel.prepare`."""
        return KeypointSearcher(self.settings, stored.references)

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
        return Features(frames, packed(self.name, raw), np.full(len(frames), label, np.int16))


class KeypointSearcher:
    """Stored keypoints, matched with those of a photo by all distances."""

    def __init__(self, settings: LocalSettings, references: References) -> None:
        self.settings, self.name = settings, settings.feature
        self._known = ViewFeatures(references)

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """Poses on which at least `cluster` matches agree, most inliers first."""
        references = self._known.only(views)
        if len(photo) < 2 or not len(references.features):
            return []
        rows, points = self._matches(photo, references)
        found = []
        for view, mine in _by_view(references.view[rows]):
            source = references.features.frames[rows[mine]]
            target = photo.frames[points[mine]]
            for pose, inlier in self._poses(source, target):
                pairs = np.concatenate([source[inlier, :2], target[inlier, :2]], axis=1)
                measures = _measure(pairs, _points_of(view, references))
                found.append(Proposal(self.name, view, measures, pose, pairs))
        found.sort(key=lambda one: (-one.measures.inliers, one.view))
        return found

    def _matches(self, photo: Features, references: References) -> tuple[Rows, Rows]:
        """(reference rows, photo points) that pass the ratio test, one a view and photo point."""
        best, near, next_ = nearest_two(
            references.features.descriptors, photo.descriptors, METRICS[self.name]
        )
        rows = np.flatnonzero(near < self.settings.ratio * next_)
        order = rows[np.lexsort((near[rows], best[rows], references.view[rows]))]
        view, point = references.view[order], best[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = (view[1:] != view[:-1]) | (point[1:] != point[:-1])
        return order[fresh], best[order[fresh]]

    def _poses(self, source: Floats, target: Floats) -> Iterator[tuple[Matrix, NDArray[np.bool_]]]:
        """Up to POSES distinct poses of one view: homography, and which matches agree."""
        free = np.ones(len(source), bool)
        for _ in range(POSES):
            if free.sum() < self.settings.cluster:
                return
            members = np.flatnonzero(free)[_cluster(source[free], target[free])]
            if len(members) < self.settings.cluster:
                return
            pose = _fit(source[members], target[members], self._tolerance(source, target, members))
            free[members] = False
            if pose is None:
                continue
            error = np.linalg.norm(geometry.project(pose, source[:, :2]) - target[:, :2], axis=1)
            inlier = error < self._tolerance(source, target, members)
            free &= ~inlier
            yield pose, inlier

    def _tolerance(self, source: Floats, target: Floats, members: Rows) -> float:
        """Inlier distance in photo pixels: grows with the size at which the view is seen."""
        scale = float(np.median(target[members, 2] / source[members, 2]))
        extent = float(np.ptp(source[:, :2], axis=0).max())
        return max(2.0, self.settings.tolerance * scale * extent)


def _measure(pairs: Floats, every: Floats) -> Measures:
    """Of agreeing points (K, 4) and `every` point (N, 2) of the view."""
    distinct = len(np.unique(pairs[:, 2:].round(), axis=0))
    spanned, whole = (
        cv2.contourArea(cv2.convexHull(np.ascontiguousarray(one))) for one in (pairs[:, :2], every)
    )
    return Measures(inliers=float(distinct), spread=spanned / max(whole, 1.0))


def _points_of(view: int, references: References) -> Floats:
    """(N, 2) all points of a view."""
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
    "sift": {"contrastThreshold": 0.02},
}


def _extractor(name: KeypointName, most: int) -> Any:
    create: Any = {"orb": cv2.ORB.create, "sift": cv2.SIFT.create}[name]
    return create(nfeatures=most, **_EXTRACTOR[name])


def _no_points(name: str) -> Features:
    return Features(
        np.zeros((0, 4), np.float32), np.zeros((0, WIDTHS[name]), np.uint8), np.zeros(0, np.int16)
    )


def _by_view(view: NDArray[np.int32]) -> Iterator[tuple[int, Rows]]:
    for number, start, stop in spans(view):
        yield number, np.arange(start, stop)


def _cluster(source: Floats, target: Floats) -> Rows:
    """The largest set of matches that put the view at one place, size and turn.

    A Hough vote without cells: each match proposes a similarity, its supporters are the matches
    within a third of the view's extent, a factor of 1.6 and 30 degrees.
    """
    low, high = source[:, :2].min(axis=0), source[:, :2].max(axis=0)
    extent = max(float((high - low).max()), 1.0)
    scale = target[:, 2] / source[:, 2]
    turn = np.exp(1j * (target[:, 3] - source[:, 3]))
    centre = _plane(target) + scale * turn * (_plane((low + high)[None] / 2) - _plane(source))
    apart = np.abs(centre[:, None] - centre) / (extent * scale[:, None])
    sizes = np.log(scale)
    alike = np.abs(sizes[:, None] - sizes) < np.log(1.6)
    agree = (apart < 0.33) & alike & ((turn[:, None] * turn.conj()).real > np.cos(np.deg2rad(30)))
    return np.flatnonzero(agree[agree.sum(axis=1).argmax()])


def _plane(frames: Floats) -> NDArray[np.complex128]:
    """(N,) x + iy of frames: a turn and a scale are one product."""
    return frames[:, 0] + 1j * frames[:, 1].astype(np.float64)


def _fit(source: Floats, target: Floats, tolerance: float) -> Matrix | None:
    """Homography of a cluster; a similarity where four matches are not to be had."""
    cv2.setRNGSeed(SEED)
    a, b = source[:, :2].astype(np.float64), target[:, :2].astype(np.float64)
    view = (float(a[:, 0].max()), float(a[:, 1].max()))
    if len(np.unique(b.round(), axis=0)) >= 6:
        pose, _ = cv2.findHomography(
            a, b, cv2.USAC_MAGSAC, tolerance, maxIters=500, confidence=0.99
        )
        if pose is not None and _is_sound(np.asarray(pose, np.float64), view):
            return np.asarray(pose, np.float64)
    partial, _ = cv2.estimateAffinePartial2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=2 * tolerance, maxIters=200
    )
    return None if partial is None else np.vstack([partial, [0, 0, 1]]).astype(np.float64)


def _is_sound(pose: Matrix, view: tuple[float, float]) -> bool:
    everywhere = (10**9, 10**9)
    shift = np.array([[1, 0, 5e8], [0, 1, 5e8], [0, 0, 1]], np.float64)
    size = (max(1, round(view[0])), max(1, round(view[1])))
    return geometry.is_plausible(shift @ pose, size, everywhere)


def _stored(settings: LocalSettings) -> Mapping[str, object]:
    """Only what views are described with; how a photo is searched may change freely."""
    names = ("feature", "view_sides", "view_points", "mirrored")
    chosen = {name: value for name, value in asdict(settings).items() if name in names}
    return {"version": 1, "quantum": QUANTUM, "extractor": _EXTRACTOR[settings.feature], **chosen}


SIFT = ChannelSpec(
    name="sift",
    settings=lambda settings: settings.sift,
    factory=KeypointChannel,
    stored=_stored,
    budget=Budget(poses=6, likely_marks=120),
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
    terms={"orb few": score_terms.log_inliers},
    wording=score_terms.reason("{inliers:.0f} ORB points agree on one pose"),
)
