"""Frozen settings of every stage. A comment says the meaning and, where there is one, 'off'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from detector.records import ChannelName

KeypointName = Literal["sift", "orb"]


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Limits of the guarded reader; what exceeds one is `refused`."""

    max_bytes: int = 50_000_000
    max_pixels: int = 50_000_000
    max_side: int = 30_000
    max_aspect: float = 200.0
    max_frames: int = 5  # frames spread over an animation; 1 reads only the first
    max_seconds: float = 20.0  # per file, enforced by the worker


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How views are derived from a mark's pictures."""

    side: int = 384  # longest side of a stored view in pixels
    margin: float = 0.06  # ground kept round the content, as a share of the longest side
    parts: bool = True  # split an emblem and a word that stand apart
    inverted: bool = True  # add each view with turned polarity
    mirrored: bool = True  # add the whole view flipped left to right


@dataclass(frozen=True, slots=True)
class ShapeSettings:
    """Whitened edge templates slid over the whole photo."""

    side: int = 512  # photo side in pixels at which templates of `cell` pixels a cell start
    cell: int = 4  # pixels a cell
    step: float = 0.63  # from one pyramid level to the next
    ridge: float = 0.1  # share of white noise added to the background covariance
    backgrounds: int = 16  # drawn pictures a view is normalised with; 0 leaves raw sigmas
    per_view: int = 2  # poses kept per view
    proposals: int = 32  # poses kept per photo


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Keypoints and the geometry their matches agree on."""

    feature: KeypointName = "sift"
    photo_side: int = 640  # longest side at which the photo's points are found
    photo_points: int = 1200
    view_sides: tuple[int, ...] = (256,)  # sizes at which a view's points are found
    view_points: int = 300  # strongest points kept per size
    mirrored: float = 0.25  # share of these for a mirrored view, rarely met; 0 leaves it out
    ratio: float = 0.85  # a match must be this much nearer than the photo's next best point
    cluster: int = 3  # matches that must agree on a pose before a homography is fitted
    tolerance: float = 0.03  # inlier distance, as a share of the view's size in the photo


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """Rectified regions of the photo, hashed."""

    side: int = 320  # longest side of the photo when regions are cut out
    most: int = 48  # regions kept per photo, largest contrast first
    proposals: int = 12  # nearest (region, view) pairs handed on


@dataclass(frozen=True, slots=True)
class WordSettings:
    """Words read in photos and in views."""

    read: bool | None = None  # True, False, or None: where the extra `ocr` is installed
    side: int = 480  # shorter side in pixels to which a small photo is enlarged to be read
    glance: int = 416  # longer side at which text is first looked for; 0 reads every photo


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Learned descriptors of windows."""

    side: int = 905  # longest side in pixels of the finest level of the photo
    most_enlarged: float = 2.0  # times a small photo is enlarged for it, at most
    step: float = 0.7071  # from one pyramid level to the next
    turns: tuple[float, ...] = (0.0, -18.0, 18.0)  # degrees by which a view is turned
    proposals: int = 480  # views handed on


@dataclass(frozen=True, slots=True)
class AlignmentSettings:
    """The dense check of every proposed pose."""

    side: int = 512  # photo side of the finest edge field; as for `shape`, which shares the work
    step: float = 0.63  # from one edge field to the next; likewise
    points: int = 900  # samples in a view's edge field
    rounds: tuple[float, ...] = (3.0, 2.0, 1.2, 0.7)  # search steps, in view samples


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of a channel's work is verified, set by recall per millisecond."""

    poses: int  # proposals of a photo that are verified
    likely_marks: int | None = None  # marks searched in a large index; None searches all


@dataclass(frozen=True, slots=True)
class InstanceSettings:
    """Further places of a mark that was found in a photo."""

    least: float = 0.5  # score of a further place: more likely than not
    poses: int = 2  # proposals of each channel that are verified a round
    most: int = 24  # instances of one mark in one photo; 1 looks for no further one


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a `Detector`."""

    reader: ReaderSettings = field(default_factory=ReaderSettings)
    views: ViewSettings = field(default_factory=ViewSettings)
    shape: ShapeSettings = field(default_factory=ShapeSettings)
    sift: LocalSettings = field(default_factory=LocalSettings)
    orb: LocalSettings = field(
        default_factory=lambda: LocalSettings(
            feature="orb", photo_side=640, photo_points=500, view_points=70, mirrored=0.0
        )
    )
    regions: RegionSettings = field(default_factory=RegionSettings)
    words: WordSettings = field(default_factory=WordSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    alignment: AlignmentSettings = field(default_factory=AlignmentSettings)
    instances: InstanceSettings = field(default_factory=InstanceSettings)
    budgets: Mapping[ChannelName, Budget] = field(default_factory=dict)
    """Candidate budgets that replace those of the channels' specs, by channel."""


def reading(words: bool | None) -> Settings:
    """The default settings with words read or not; None reads where the extra `ocr` is."""
    return Settings(words=WordSettings(read=words))
