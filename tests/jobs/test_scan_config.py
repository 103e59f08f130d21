from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import IndexReplaced
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.settings import EmbeddingSettings, ReaderSettings, Settings, WordSettings

from .shop import CONFIG, lines

SETTINGS = Settings(
    reader=ReaderSettings(max_side=500),
    words=WordSettings(read=False),
    embedding=EmbeddingSettings(),
    likely=(("sift", 7),),
    shortlist=(("embedding", 1), ("sift", 2)),
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
    assert values["settings"]["shortlist"][0] == ["sift", 6]


def altered(home: Path) -> Detector:
    """A detector in which everything differs from what is shipped, as far as the index allows."""
    shipped = default_scorer()
    scorer = replace(shipped, weights=shipped.weights * 0.5, intercept=shipped.intercept + 0.75)
    policy = Policy(review=0.0625, block=0.5)
    options = {"settings": SETTINGS, "scorer": scorer, "policy": policy}
    return Detector.open(home / "index", top=3, seller="me", threshold=0.03125, **options)


def in_process(detector: Detector, paths: list[Path]) -> list[str]:
    reader = detector.settings.reader
    return lines(detector.inspect(read_picture(path, reader)) for path in paths)


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


def test_an_index_in_another_state_is_not_opened(home):
    config = ScanConfig.of(Detector.open(home / "index"), home / "index")
    assert config.open().index.generation == config.generation
    with pytest.raises(IndexReplaced, match="replaced during the scan") as caught:
        replace(config, generation="before").open()
    assert (caught.value.place, bool(caught.value.remedy)) == (str(home / "index"), True)
