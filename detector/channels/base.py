"""The interface of a channel. A channel measures and never judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from detector import geometry
from detector.index.view_table import ViewTable
from detector.records import (
    ChannelName,
    Features,
    Mark,
    Matrix,
    Measures,
    Picture,
    Proposal,
    References,
    View,
)
from detector.score_terms import EvidenceSpec
from detector.settings import Budget, Settings

ViewRows = Sequence[int]
"""Rows of a `ViewTable`, in rising order."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredFeatures:
    """The features of all views in one channel, with the views and the marks of their index."""

    references: References
    views: ViewTable
    marks: Sequence[Mark]


class Searcher(Protocol):
    """The stored features of one channel, made ready to be searched.

    It never changes after it is made, so threads may share it.
    """

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """Places where views may be in a photo, best first.

        `photo` is as `Channel.describe` gives it; `views` confines the search to some views.
        """
        ...


@runtime_checkable
class Confirming(Protocol):
    """A searcher that can also measure a view at a pose that any channel proposed."""

    def confirm(
        self, photo: geometry.Stack, views: Sequence[int], poses: Sequence[Matrix]
    ) -> list[Measures]:
        """What the photo shows of each view (a row of the `ViewTable`) under its pose (3, 3).

        `photo` is its `geometry.halvings`. A measure that cannot be taken is NaN.
        """
        ...


class Channel(Protocol):
    """One kind of features, of photos and of views."""

    def describe(self, picture: Picture) -> Features:
        """Features of a photo, in photo pixels."""
        ...

    def describe_view(self, view: View) -> Features:
        """Features of a view, in view pixels: what an index stores."""
        ...

    def prepare(self, stored: StoredFeatures) -> Searcher:
        """A searcher of the features that an index holds."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChannelSpec(EvidenceSpec):
    """All that the rest of the program knows of a channel; `registry.CHANNELS` lists them.

    Attributes:
        name: the channel's, also of its stored features and of its evidence.
        settings: picks the channel's settings from all settings.
        factory: makes the channel from its settings.
        stored: what stored features depend on besides the views, as JSON-like data: settings,
            constants, model files, and a version for changes of code.
        budget: how much of the channel's work is verified, unless the settings say otherwise.
        terms: what the scorer may weigh, by name.
        wording: the reason in English.
        anywhere: whether evidence speaks for its mark wherever in the photo it lies.
        separable: whether a photo's features can be searched with some of them left out.

    """

    name: ChannelName
    settings: Callable[[Settings], Any]
    factory: Callable[[Any], Channel]
    stored: Callable[[Any], Mapping[str, object]]
    budget: Budget
    anywhere: bool = False
    separable: bool = True
