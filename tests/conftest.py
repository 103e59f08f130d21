"""One hypothesis profile for all tests: the same examples each time, and no stopwatch."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")
