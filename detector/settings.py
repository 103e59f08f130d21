"""Frozen settings of every stage. Comments give meaning, units, and the value that means off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from detector.errors import UsageError
from detector.records import ChannelName

KeypointName = Literal["sift", "orb"]


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Limits of the picture reader; a file that exceeds one is `refused`."""

    max_bytes: int = 50_000_000
    max_pixels: int = 50_000_000
    max_side: int = 30_000
    max_aspect: float = 200.0
    max_frames: int = 5  # frames spread over an animation; 1 reads only the first
    max_seconds: float = 20.0  # per file, enforced by the worker
    allowed_hosts: tuple[str, ...] = ()  # in lower case: pictures are fetched from them alone


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How views are derived from a mark's pictures."""

    side: int = 384  # longest side of a stored view in pixels
    margin: float = 0.06  # background kept around the content, as a share of the longest side
    parts: bool = True  # add emblem and word as views where a gap separates them
    inverted: bool = True  # add the negative of each view
    mirrored: bool = True  # add the whole view flipped left to right


@dataclass(frozen=True, slots=True)
class EdgeTemplateSettings:
    """Whitened HOG templates, correlated with the whole photo."""

    side: int = 512  # longest side in pixels of the finest pyramid level of the photo
    cell: int = 4  # side of a HOG cell in pixels
    step: float = 0.63  # scale from one pyramid level to the next
    ridge: float = 0.1  # share of white noise added to the background covariance
    backgrounds: int = 16  # drawn pictures by which templates are normalised; 0 for none
    per_view: int = 2  # poses kept per view
    proposals: int = 64  # poses kept per photo


@dataclass(frozen=True, slots=True)
class KeypointSettings:
    """Keypoints, their matches, and the poses fitted to them."""

    feature: KeypointName = "sift"
    photo_side: int = 640  # longest side in pixels at which keypoints of a photo are detected
    photo_points: int = 1200  # strongest keypoints kept per photo
    view_sides: tuple[int, ...] = (256,)  # likewise for views, one or more sizes
    view_points: int = 300  # strongest keypoints kept per size
    mirrored: float = 0.25  # share of these for a mirrored view; 0 for none
    ratio: float = 0.85  # of the distances to the nearest and the next photo point, at most
    shortlist: int = 80  # SIFT: views compared exactly, best by votes; 0 compares all
    cluster: int = 3  # matches that must agree on a pose before a homography is fitted
    tolerance: float = 0.03  # inlier distance, as a share of the view's size in the photo


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """Hashes of rectified regions of the photo."""

    side: int = 320  # longest side in pixels of the photo from which regions are cut out
    most: int = 48  # regions kept per photo, highest contrast first
    proposals: int = 12  # nearest (region, view) pairs kept per photo


@dataclass(frozen=True, slots=True)
class WordSettings:
    """Words recognised in photos and in views."""

    read: bool | None = None  # True, False, or None: where the extra `ocr` is installed
    side: int = 480  # shorter side in pixels to which a small photo is enlarged for OCR
    glance: int = 0  # longer side, as 416, at which a quick test for text runs first; 0: no test


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Learned descriptors of windows of the photo."""

    side: int = 905  # longest side in pixels of the finest pyramid level of the photo
    most_enlarged: float = 2.0  # factor by which a small photo is enlarged for it, at most
    step: float = 0.7071  # scale from one pyramid level to the next
    turns: tuple[float, ...] = (0.0, -18.0, 18.0)  # degrees by which views are rotated
    compared: float = 0.33  # share of windows that are compared, those least like the background
    proposals: int = 480  # views kept per photo, each with its best window


@dataclass(frozen=True, slots=True)
class AlignmentSettings:
    """Pose refinement, the dense check of every proposed pose."""

    side: int = 512  # longest side in pixels of the finest edge field; as in `EdgeTemplateSettings`
    step: float = 0.63  # scale from one edge field to the next; likewise
    points: int = 900  # samples in a view's edge field
    quick_thinning: int = 3  # every so many rows and columns count in the quick check
    quick_rounds: tuple[float, ...] = (3.0,)  # step size of each of its rounds, in view samples
    thinning: int = 2  # likewise in refinement; the measures at the end take all samples
    rounds: tuple[float, ...] = (3.0, 2.0, 1.2, 0.7)


@dataclass(frozen=True, slots=True)
class SecondLookSettings:
    """The second look, by a network, at candidates that may become findings."""

    candidates: int = 24  # of a photo that are looked at, the likeliest by the evidence
    poses: int = 2  # of one mark among them
    least: float = 0.02  # score by the evidence alone, below which none is looked at


@dataclass(frozen=True, slots=True)
class Budget:
    """Candidate budget of a channel, set by recall per millisecond."""

    poses: int  # proposals per photo that are verified
    likely_marks: int | None = (
        None  # marks searched in a large index, best by `embedding`; None: all
    )

    def __post_init__(self) -> None:
        if self.poses < 0 or (self.likely_marks or 0) < 0:
            raise UsageError("a candidate budget is below 0", remedy="Give 0 or more.")


@dataclass(frozen=True, slots=True)
class InstanceSettings:
    """Further instances of a mark that was found in a photo."""

    least: float = 0.5  # score of a further instance
    poses: int = 1  # proposals per channel that are verified in each round of the search
    most: int = 24  # instances of one mark in one photo; 1 searches for no further one


@dataclass(frozen=True, slots=True)
class TileSettings:
    """Tiles: the parts in which a long or large picture is looked at once more; see `tiling`."""

    side: int = 1200  # pixels of the longer side of a tile
    least_side: int = 640  # likewise, on a page so narrow that its tiles are shorter
    overlap: float = 0.2  # of two tiles, as a share of their side
    large_side: int = 2000  # pixels of the longer side of a picture from which it has tiles
    narrow_side: int = 1200  # likewise, of a picture that is long and narrow
    narrow_aspect: float = 2.0  # longer over shorter side from which it is
    most: int = 32  # tiles of one picture; where that is too few, they are larger; 0 for none


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a `Detector`."""

    reader: ReaderSettings = field(default_factory=ReaderSettings)
    views: ViewSettings = field(default_factory=ViewSettings)
    shape: EdgeTemplateSettings = field(default_factory=EdgeTemplateSettings)
    sift: KeypointSettings = field(default_factory=KeypointSettings)
    orb: KeypointSettings = field(
        default_factory=lambda: KeypointSettings(
            feature="orb", photo_side=640, photo_points=500, view_points=70, mirrored=0.0
        )
    )
    regions: RegionSettings = field(default_factory=RegionSettings)
    words: WordSettings = field(default_factory=WordSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    alignment: AlignmentSettings = field(default_factory=AlignmentSettings)
    second_look: SecondLookSettings = field(default_factory=SecondLookSettings)
    instances: InstanceSettings = field(default_factory=InstanceSettings)
    tiles: TileSettings = field(default_factory=TileSettings)
    searched: tuple[ChannelName, ...] | None = None  # channels that photos are searched in
    """None: those with `ChannelSpec.searched`. An index stores the features of all channels."""
    checked: int = 60  # poses per picture that are refined and verified, best by a quick check
    checked_per_place: int = 12  # or so many for each place where a mark is found, if that is more
    most_checked: int = 720  # but no more than that; the listing says where it cuts
    budgets: Mapping[ChannelName, Budget] = field(default_factory=dict)
    """Candidate budgets that replace those of the channels' specs, by channel."""


def settings_for_words(words: bool | None) -> Settings:
    """Default settings with `words.read` set; None reads words if the extra `ocr` is installed."""
    return Settings(words=WordSettings(read=words))
