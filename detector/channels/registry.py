"""The list of all channels. To add one: a module with its `ChannelSpec`, and an entry here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detector.channels.base import Channel, ChannelSpec
from detector.channels.edge_templates import SHAPE
from detector.channels.embedding import EMBEDDING
from detector.channels.hashes import HASHES
from detector.channels.keypoints import ORB, SIFT
from detector.channels.regions import REGIONS
from detector.channels.words import WORDS, WordChannel
from detector.errors import UsageError
from detector.settings import Budget, Settings

CHANNELS: tuple[ChannelSpec, ...] = (SIFT, WORDS, EMBEDDING, SHAPE, ORB, REGIONS, HASHES)
"""Every channel, in the order in which its proposals are taken up."""


def made(specs: Sequence[ChannelSpec], settings: Settings) -> dict[str, Channel]:
    """The channels of some specs, by name."""
    return {spec.name: spec.factory(spec.settings(settings)) for spec in specs}


def budgets(specs: Sequence[ChannelSpec], settings: Settings) -> dict[str, Budget]:
    """The candidate budget of every channel. Raises `UsageError` for one that does not exist."""
    found: dict[str, Budget] = {spec.name: spec.budget for spec in specs}
    for name, budget in settings.budgets.items():
        if name not in found:
            known = f"Channels are: {', '.join(found)}."
            raise UsageError(f"there is no channel {name}", place="Settings.budgets", remedy=known)
        found[name] = budget
    return found


def resolved(settings: Settings) -> Settings:
    """Settings that say whether words are read. Raises `MissingExtra`."""
    reads = WordChannel(settings.words).reads
    return replace(settings, words=replace(settings.words, read=reads))
