from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.channels.strips import ASPECT, parts


def test_an_ordinary_picture_is_one_part():
    for size in ((600, 960), (2000, 8000), (40, 200)):
        ((part, corner),) = parts(np.zeros((*size, 3), np.uint8), 960)
        assert (part.shape[:2], corner) == (size, (0, 0))


@given(st.integers(8, 60), st.integers(2000, 9000), st.booleans())
def test_the_parts_of_a_strip_cover_it_and_overlap(short, long, upright):
    size = (long, short) if upright else (short, long)
    found = list(parts(np.zeros((*size, 3), np.uint8), 960))
    ends = [(corner[upright], corner[upright] + max(part.shape[:2])) for part, corner in found]
    assert all(
        part.shape[:2] in ((short, ASPECT * short), (ASPECT * short, short)) for part, _ in found
    )
    assert (ends[0][0], ends[-1][1]) == (0, long)
    assert all(start < before for (_, before), (start, _) in pairwise(ends))
