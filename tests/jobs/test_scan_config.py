from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.channels.registry import CHANNELS
from detector.errors import IndexReplaced, UsageError
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.settings import Budget, ReaderSettings, Settings, WordSettings

from .shop import CONFIG, lines

SETTINGS = Settings(
    reader=ReaderSettings(max_side=500),
    words=WordSettings(read=False),
    budgets={"embedding": Budget(1), "sift": Budget(2, likely_marks=7)},
)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("settings", [Settings(), SETTINGS])
def test_a_config_comes_back_from_its_text(settings):
    config = replace(CONFIG, settings=settings, seller="ünïcode\ud800", policy=Policy(0.25, 0.75))
    again = ScanConfig.from_text(config.to_text())
    assert again.settings == settings
    assert (again.index, again.policy, again.seller) == (config.index, config.policy, config.seller)
    assert again.to_text() == config.to_text()


@given(NUMBER, NUMBER)
def test_a_scorer_keeps_every_digit(weight, intercept):
    shipped = default_scorer()
    scorer = replace(shipped, weights=shipped.weights * 0 + weight, intercept=intercept)
    again = ScanConfig.from_text(replace(CONFIG, scorer=scorer).to_text()).scorer
    assert again.names == scorer.names
    assert np.array_equal(again.weights, scorer.weights)
    assert (again.intercept, again.threshold) == (scorer.intercept, scorer.threshold)


def test_a_config_is_plain_json():
    values = json.loads(CONFIG.to_text())
    assert set(values) == set(CONFIG.__slots__)
    assert values["settings"]["words"]["read"] is False


def altered(home: Path) -> Detector:
    """A detector in which everything differs from what is shipped, as far as the index allows."""
    shipped = default_scorer()
    scorer = replace(shipped, weights=shipped.weights * 0.5, intercept=shipped.intercept + 0.75)
    policy = Policy(review=0.0625, block=0.5)
    options = {"settings": SETTINGS, "scorer": scorer, "policy": policy}
    return Detector.open(home / "index", top=3, seller="me", threshold=0.03125, **options)


def in_process(detector: Detector, paths: list[Path]) -> list[str]:
    return lines(detector.inspect(Submission(path)) for path in paths)


def test_workers_examine_as_the_detector_that_is_given(home):
    detector, paths = altered(home), sorted((home / "photos").iterdir())
    config = ScanConfig.of(detector, home / "index")
    with closing(scan(paths, config, jobs=2)) as listings:
        found = lines(listings)
    assert found == in_process(detector, paths)
    statuses = {json.loads(line)["status"] for line in found}
    assert statuses == {"ok", "refused"}  # the reader's limits are those of the detector
    shipped = Detector.open(home / "index", settings=Settings(words=WordSettings(read=False)))
    assert found != in_process(shipped, paths)


def test_channels_of_ones_own_are_refused(home):
    detector = Detector.open(home / "index", channels=CHANNELS[:-1])
    with pytest.raises(UsageError, match="channels of this package alone"):
        ScanConfig.of(detector, home / "index")


def test_an_index_in_another_state_is_not_opened(home):
    config = ScanConfig.of(Detector.open(home / "index"), home / "index")
    assert config.open().index.generation == config.generation
    with pytest.raises(IndexReplaced, match="replaced during the scan") as caught:
        replace(config, generation="before").open()
    assert (caught.value.place, bool(caught.value.remedy)) == (str(home / "index"), True)
