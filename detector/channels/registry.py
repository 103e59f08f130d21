"""The list of all channels.

A new one needs a module with its `ChannelSpec`, an entry here, and its name in `ChannelName`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detector.channels.base import Channel, ChannelSpec
from detector.channels.edge_templates import EDGE_TEMPLATES
from detector.channels.embedding import EMBEDDING
from detector.channels.hashes import HASHES
from detector.channels.keypoints import ORB, SIFT
from detector.channels.regions import REGIONS
from detector.channels.words import WORDS, WordChannel
from detector.errors import UsageError
from detector.settings import Budget, Settings

CHANNELS: tuple[ChannelSpec, ...] = (SIFT, WORDS, EMBEDDING, EDGE_TEMPLATES, ORB, REGIONS, HASHES)
"""All channels, in the order in which their proposals are selected."""


def build_channels(specs: Sequence[ChannelSpec], settings: Settings) -> dict[str, Channel]:
    """The channels of some specs, by name. Raises `MissingExtra`."""
    return {spec.name: spec.factory(spec.settings(settings)) for spec in specs}


def searched(specs: Sequence[ChannelSpec], settings: Settings) -> tuple[ChannelSpec, ...]:
    """The channels that photos are searched in. Raises `UsageError` for an unknown channel."""
    if settings.searched is None:
        return tuple(spec for spec in specs if spec.searched)
    by_name = {spec.name: spec for spec in specs}
    for name in settings.searched:
        if name not in by_name:
            known = f"Channels are: {', '.join(by_name)}."
            raise UsageError(f"there is no channel {name}", place="Settings.searched", remedy=known)
    return tuple(spec for spec in specs if spec.name in settings.searched)


def budgets(specs: Sequence[ChannelSpec], settings: Settings) -> dict[str, Budget]:
    """The candidate budget of every channel. Raises `UsageError` for an unknown channel."""
    by_name: dict[str, Budget] = {spec.name: spec.budget for spec in specs}
    for name, budget in settings.budgets.items():
        if name not in by_name:
            known = f"Channels are: {', '.join(by_name)}."
            raise UsageError(f"there is no channel {name}", place="Settings.budgets", remedy=known)
        by_name[name] = budget
    return by_name


def check_channels(specs: Sequence[ChannelSpec], settings: Settings) -> None:
    """Raise `UsageError` where settings name an unknown channel."""
    searched(specs, settings)
    budgets(specs, settings)


def resolved(settings: Settings) -> Settings:
    """Settings in which `words.read` is True or False, not None. Raises `MissingExtra`."""
    reads = WordChannel(settings.words).reads
    return replace(settings, words=replace(settings.words, read=reads))
