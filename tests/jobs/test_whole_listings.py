"""One decision for all pictures of a listing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detector.jobs.whole_listings import with_whole_decisions
from detector.records import Listing

DECISIONS = ("pass", "review", "block")
GROUPS = st.lists(
    st.lists(st.tuples(st.sampled_from(DECISIONS), st.booleans()), min_size=1, max_size=4),
    max_size=5,
)


def pictures(groups):
    """The pictures of listings; those that are not kept are left out, as by --new-since."""
    for name, group in enumerate(groups):
        several = len(group) if len(group) > 1 else 0
        for number, (decision, kept) in enumerate(group, 1):
            if kept:
                place = {"picture": number, "pictures": several} if several else {}
                yield Listing("a", "ok", decision, external_id=str(name), **place)


@given(GROUPS)
def test_each_listing_has_the_strictest_decision_of_its_own_pictures(groups):
    given_pictures = list(pictures(groups))
    found = list(with_whole_decisions(given_pictures))
    assert [(one.external_id, one.picture, one.decision) for one in found] == [
        (one.external_id, one.picture, one.decision) for one in given_pictures
    ]
    for one in found:
        own = [other.decision for other in found if other.external_id == one.external_id]
        strictest = max(own, key=DECISIONS.index)
        assert one.whole_decision == (strictest if one.pictures else None)


def test_photos_alone_are_not_held_back():
    def endless():
        while True:
            yield Listing("a", "ok", "pass")

    assert next(with_whole_decisions(endless())).whole_decision is None
