"""Pictures and the files they come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.records.vocabulary import Ground, Pixels, Status


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded picture. `pixels` (H, W, 3) uint8 RGB, upright.

    `frame` is the frame number in an animation; `ground` is the background of a
    transparent picture (a transparent file gives two: on white and on a contrasting grey).
    """

    pixels: Pixels
    frame: int = 0
    ground: Ground = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The result of reading one file. `pictures` is empty unless `status` is ok or partial.

    `width`, `height` are of the upright source (0 when unknown), `digest` is the SHA-256 of the
    bytes in hex ("" when they were not read), `message` says what is wrong and what to do.
    """

    path: str
    status: Status
    message: str = ""
    width: int = 0
    height: int = 0
    digest: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A photo to inspect, with the text and data of its listing.

    `photo` is a path, the bytes of a picture file, or a URI as text (`file:` alone is read).
    `classes` are the Nice classes of the goods, `external_id` is the caller's own name for the
    listing. Of a listing with several pictures, `picture` is the number of this one, from 1, and
    `pictures` how many there are; both are 0 for a photo alone.
    """

    photo: Path | bytes | str
    title: str = ""
    description: str = ""
    category: str = ""
    brand: str = ""
    seller: str = ""
    classes: tuple[int, ...] = ()
    external_id: str = ""
    picture: int = 0
    pictures: int = 0
