"""Photos and findings as cards of the report, with the pictures that prove them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detector.pictures.worker import ReadWorker
from detector.records import Finding, Listing, Pixels, Reading, View
from detector.report.finding_images import PHOTO_SIDE, EmbeddedImage, Proof, embed_image, make_proof

THUMBNAIL_SIDE = 160


@dataclass(frozen=True, slots=True, eq=False)
class FindingCard:
    """One finding on the page. `number` counts within the photo, from 1."""

    number: int
    finding: Finding
    proof: Proof | None


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCard:
    """One photo on the page; `missing` says why there is no picture of it.

    `outlined` are the findings in the frame of the animation that `photo` shows; `width` and
    `height` are the size of that frame, in which their outlines are given.
    """

    listing: Listing
    photo: EmbeddedImage | None = None
    missing: str = ""
    width: int = 0
    height: int = 0
    finding_cards: tuple[FindingCard, ...] = ()
    outlined: tuple[FindingCard, ...] = ()


def photo_card(listing: Listing, view_of: Callable[[int], View], reader: ReadWorker) -> PhotoCard:
    """A photo with its findings and their proof, or with the reason why there are no pictures."""
    reading = reader.read(listing.path)
    missing = missing_reason(listing, reading)
    if missing:
        return _text_card(listing, missing)
    shown = listing.findings[0].frame if listing.findings else 0
    photo = frame_pixels(reading, shown)
    cards = tuple(
        FindingCard(number, item, make_proof(frame_pixels(reading, item.frame), item, view_of))
        for number, item in enumerate(listing.findings, 1)
    )
    return PhotoCard(
        listing,
        photo=embed_image(photo, PHOTO_SIDE, quality=72),
        width=photo.shape[1],
        height=photo.shape[0],
        finding_cards=cards,
        outlined=tuple(card for card in cards if card.finding.frame == shown),
    )


def _text_card(listing: Listing, missing: str) -> PhotoCard:
    numbered = enumerate(listing.findings, 1)
    cards = tuple(FindingCard(number, finding, None) for number, finding in numbered)
    return PhotoCard(listing, missing=missing, finding_cards=cards)


def thumbnail_card(listing: Listing, reader: ReadWorker) -> PhotoCard:
    """A photo as a small picture without its findings; else the reason why not."""
    reading = reader.read(listing.path)
    missing = missing_reason(listing, reading)
    if missing:
        return PhotoCard(listing, missing=missing)
    thumbnail = embed_image(reading.pictures[0].pixels, THUMBNAIL_SIDE, quality=70)
    return PhotoCard(listing, photo=thumbnail)


def missing_reason(listing: Listing, reading: Reading) -> str:
    """The reason why a photo cannot be shown; empty when it can."""
    if not reading.pictures:
        return reading.message or "The photo can no longer be read."
    if listing.digest and listing.digest != reading.digest:
        return "The file has changed since it was examined, so its picture would prove nothing."
    return ""


def frame_pixels(reading: Reading, frame: int) -> Pixels:
    """The pixels of a frame of a photo, those of the first where there is no such frame."""
    matching = (picture for picture in reading.pictures if picture.frame == frame)
    return next(matching, reading.pictures[0]).pixels
