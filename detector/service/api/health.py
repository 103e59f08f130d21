"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from detector.service.api.callers import ServiceNeeded
from detector.service.api.problems import Problem, problems_of
from detector.service.readiness import trouble

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The answer of a service that is well."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", operation_id="getHealth", summary="Whether the process lives")
def get_health() -> Health:
    """Answer, and look at nothing."""
    return Health()


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Whether the service can work",
    responses=problems_of(503),
)
def get_readiness(service: ServiceNeeded) -> Health:
    """Look at the database and its form, the picture store, and the reference index."""
    if reasons := trouble(service):
        raise Problem(503, "the service is not ready", reasons=reasons)
    return Health()
