"""The OpenAPI document: it is up to date, and what is answered is what it says."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from detector.service.api.inspection_models import (
    Inspection,
    InspectionPage,
    InspectionSummary,
)
from detector.service.service import Service
from detector.service.taken_over import take_over_index
from tests.service.inspected import finish, uploaded
from tests.service.serving import serving
from tools import write_openapi

EXAMPLES = 6  # an operation; docs/service-api.md says how to run more
CHECKS = (not_a_server_error, response_schema_conformance, status_code_conformance)


def test_the_document_is_up_to_date() -> None:
    assert write_openapi.main(["--check"]) == 0


def test_each_route_is_described() -> None:
    document = json.loads(write_openapi.FILE.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert {"operationId", "summary", "tags", "responses"} <= set(operation), path
            assert "_" not in operation["operationId"]
    for name in ("Inspection", "Listing.image", "InspectionPage"):
        assert name in document["components"]["schemas"]


def test_examples_are_what_they_are_examples_of() -> None:
    for model in (Inspection, InspectionPage, InspectionSummary):
        (example,) = model.model_json_schema()["examples"]
        assert set(model.model_validate(example).model_dump()) == set(example)


@pytest.fixture
def filled(service: Service, listing_of, quick: None) -> Service:
    """One inspection is done, one waits; nobody waits for it long."""
    limits = replace(service.settings.limits, wait_seconds=0.05)
    service.settings = replace(service.settings, limits=limits)
    take_over_index(service)
    row = uploaded(service, b"one", title="A mug")
    finish(service, row.id, [listing_of("vornak")])
    uploaded(service, b"two")
    return service


def test_answers_are_as_the_document_says(filled: Service) -> None:
    """Values that the document allows, on a real server; they reach the database."""
    with serving(filled) as client:
        assert all(is_tried(one, GenerationMode.POSITIVE, client) for one in operations(client))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_document_does_not_allow_is_refused_as_it_says(filled: Service) -> None:
    """It does not reach the database, so that one is enough."""
    with serving(filled) as client:
        tried = [is_tried(one, GenerationMode.NEGATIVE, client) for one in operations(client)]
    assert sum(tried) > len(tried) * 3 / 4


def operations(client: httpx.Client) -> list[APIOperation]:
    """Everything that the document of a service describes."""
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    return [found.ok() for found in schema.get_all_operations()]


def is_tried(operation: APIOperation, mode: GenerationMode, client: httpx.Client) -> bool:
    """Try an operation with a few values; False where nothing of it can be wrong."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(str(client.base_url), checks=list(CHECKS), timeout=60)

    if mode is GenerationMode.NEGATIVE and not [*operation.iter_parameters(), *operation.body]:
        return False
    try:
        check()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
        return False
    return True
