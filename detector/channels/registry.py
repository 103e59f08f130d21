"""The interface of a channel, and the list of all channels.

A channel measures and never judges. To add one: a class with these three methods and a line in
`channels`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from detector.channels.edge_templates import ShapeChannel
from detector.channels.embedding import EmbeddingChannel
from detector.channels.hashes import HashChannel
from detector.channels.keypoints import LocalChannel
from detector.channels.regions import RegionChannel
from detector.channels.words import WordChannel
from detector.records import Evidence, Features, Picture, References, View
from detector.settings import Settings


class Channel(Protocol):
    """What every channel can do; channels measure and never judge."""

    name: str

    def describe(self, picture: Picture) -> Features:
        """Features of a photo, in photo pixels."""
        ...

    def describe_view(self, view: View) -> Features:
        """Features of a view, in view pixels."""
        ...

    def compare(self, photo: Features, references: References) -> list[Evidence]:
        """Evidence for views in the photo, best first."""
        ...


def channels(settings: Settings) -> tuple[Channel, ...]:
    """Every channel, in the order in which its proposals are taken up."""
    return (
        EmbeddingChannel(settings.embedding),
        LocalChannel(settings.sift),
        WordChannel(settings.words),
        ShapeChannel(settings.shape),
        LocalChannel(settings.orb),
        RegionChannel(settings.regions),
        HashChannel(),
    )


def resolved(settings: Settings) -> Settings:
    """Settings that say whether words are read. Raises `MissingExtra`."""
    reads = WordChannel(settings.words).reads
    return replace(settings, words=replace(settings.words, read=reads))
