"""The interface of a channel: it describes pictures, searches stored features, and measures."""

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
    """Searches the stored features of one channel. Immutable, so threads may share it."""

    def search(self, photo: Features, views: ViewRows | None = None) -> list[Proposal]:
        """Proposed poses of views in a photo, best first.

        `photo` is the result of `Channel.describe`; `views` restricts the search to some views.
        """
        ...


@runtime_checkable
class Shortlisting(Searcher, Protocol):
    """A searcher with a fast first look at all views, which tells which are worth a search."""

    def shortlist(self, photo: Features) -> ViewRows | None:
        """The views that are worth searching in a photo, in rising order; None for all."""
        ...


@runtime_checkable
class Confirming(Protocol):
    """A searcher that can also measure a view under a pose proposed by any channel."""

    def confirm(
        self, photo: geometry.Pyramid, views: Sequence[int], poses: Sequence[Matrix]
    ) -> list[Measures]:
        """Measures of each view (a row of the `ViewTable`) under its pose (3, 3), view to photo.

        `photo` is an image pyramid of `geometry.pyramid`. A measure that cannot be taken is NaN.
        """
        ...


class Channel(Protocol):
    """One kind of features: how photos and views are described, and how they are searched."""

    def describe(self, picture: Picture) -> Features:
        """The features of a photo, in photo pixels."""
        ...

    def describe_view(self, view: View) -> Features:
        """The features of a view, in view pixels: what an index stores."""
        ...

    def prepare(self, stored: StoredFeatures) -> Searcher:
        """A searcher of the features that an index stores."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChannelSpec(EvidenceSpec):
    """The declaration of a channel; `registry.CHANNELS` lists all of them.

    Attributes:
        name: name of the channel, of its stored features and of its evidence.
        settings: selects the channel's settings from all settings.
        factory: makes the channel from its settings.
        stored: everything but the views that stored features depend on, as JSON-like data:
            settings, constants, model files, and a version for changes of code.
        budget: candidate budget, unless `Settings.budgets` replaces it.
        terms: score terms by name.
        wording: the reason in English.
        position_free: whether evidence counts for its mark wherever in the photo it lies.
        searched: whether photos are searched in it, unless `Settings.searched` says otherwise.
        maskable: whether some of a photo's features can be left out of a search.

    """

    name: ChannelName
    settings: Callable[[Settings], Any]
    factory: Callable[[Any], Channel]
    stored: Callable[[Any], Mapping[str, object]]
    budget: Budget
    position_free: bool = False
    searched: bool = True
    maskable: bool = True
