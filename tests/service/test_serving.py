"""The server answers, and errors have the form of RFC 9457."""

from __future__ import annotations

from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.service.service import Service
from tests.service.serving import serving


def test_an_unknown_address_is_a_problem(service: Service) -> None:
    with serving(service) as client:
        answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Not Found"


def test_marks_are_found_in_the_photos_of_the_fixtures(small_index, photo_of) -> None:
    detector = Detector.open(small_index)
    for mark in ("vornak", "ring"):
        listing = detector.inspect(Submission(photo_of(mark)))
        assert [finding.mark for finding in listing.findings] == [mark]
    assert not detector.inspect(Submission(photo_of("", 1))).findings
