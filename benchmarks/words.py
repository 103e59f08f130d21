"""How well words of marks are found in product titles, and how rarely where there are none.

    python benchmarks/words.py [--seed 1] [--marks 200] [--titles 20000] [--out FILE] [--fit]

Invents word marks, hides ten kinds of changed words of each in product titles, and counts what the
matcher finds at the score that 1 % of the ordinary titles exceed. Titles are made of templates and
of the words that people use, frequent and rare, from wordfreq's large lists; the matcher itself
knows only the small ones. `--fit` prints the two constants of the likeness, fitted on the marks
and titles of its own seed: fit with one seed, report with another.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.words_made import ORDINARY, VARIANTS, Titles, Variant, invent, variants_of
from detector.benchmark.measure import interval
from detector.records import Mark, WordMatch
from detector.scoring.scorer import load_scorer
from detector.words.matcher import WordMatcher
