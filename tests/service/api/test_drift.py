"""The drift as JSON and as metrics, of a history in the database."""

from __future__ import annotations

import pytest

from detector.service.drift_gauges import KEPT_SECONDS, DriftGauges
from detector.service.keys import ROLES
from detector.service.service import Service
from tests.service.api.test_metrics import key_of
from tests.service.history import lay
from tests.service.samples import samples_of, value
from tests.service.serving import serving


@pytest.fixture
def history(service: Service) -> Service:
    lay(service.database, 9, 10)
    lay(service.database, 1, 50)
    return service


def test_a_week_is_shown_beside_the_first_ones(history: Service) -> None:
    with serving(history) as client:
        told = client.get("/v1/drift", params={"weeks": 2}).json()
    assert told["first"]["inspections"] == 100
    assert told["first"]["scores"] == [0] * 9 + [10]
    week = told["weeks"][-1]
    assert week["scores"] == [0] * 9 + [50]
    assert not week["scores_changed"]
    assert week["marks"] == [
        {"mark": "ring", "found": 50, "share": 0.5, "first_share": 0.1, "flagged": True}
    ]
    assert told["weeks"][0]["score_psi_by_chance"] is None


def test_a_fresh_service_has_no_weeks(service: Service) -> None:
    with serving(service) as client:
        assert client.get("/v1/drift").json() == {"first": None, "weeks": []}
    assert value(samples_of(service.metrics), "detector_drift_flagged_marks") is None


@pytest.mark.parametrize("weeks", ["0", "53", "many"])
def test_a_wrong_number_of_weeks_is_a_problem(service: Service, weeks: str) -> None:
    with serving(service) as client:
        assert client.get("/v1/drift", params={"weeks": weeks}).status_code == 422


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_everything_sees_the_drift(service: Service, role: str) -> None:
    with serving(service, key=key_of(service, role), needs_keys=True) as client:
        status = client.get("/v1/drift").status_code
    assert status == (200 if role in ("platform", "read_only") else 403)


def test_the_drift_is_a_metric(history: Service) -> None:
    samples = samples_of(history.metrics)
    assert value(samples, "detector_drift_flagged_marks") == 1
    assert value(samples, "detector_drift_mark_share", mark="ring") == 0.5
    assert value(samples, "detector_drift_mark_first_share", mark="ring") == 0.1
    assert value(samples, "detector_drift_score_psi") == 0


def test_the_drift_is_counted_once_an_hour(history: Service) -> None:
    moment = 0.0
    gauges = DriftGauges(history.database, lambda: moment)

    def share() -> float:
        families = {family.name: family for family in gauges.collect()}
        return families["detector_drift_mark_share"].samples[0].value

    assert share() == 0.5
    lay(history.database, 1, 100)
    moment = KEPT_SECONDS - 1
    assert share() == 0.5
    moment = KEPT_SECONDS
    assert share() == 0.75
