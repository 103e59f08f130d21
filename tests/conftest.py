"""One hypothesis profile for all tests: the same examples each time, and no stopwatch.

The command line reads no words unless a test asks for it: every process would load the models.
"""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["DETECTOR_WORDS"] = "no"

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")
