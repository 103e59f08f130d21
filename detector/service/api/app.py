"""The app: routes of all kinds, and what holds for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from detector.service.api import health, inspections, pictures
from detector.service.api.limits import BodyLimits, RateLimit
from detector.service.api.openapi import DescribedApp
from detector.service.api.problems import answer_problems
from detector.service.api.request_ids import RequestIds
from detector.service.api.security_headers import SecurityHeaders
from detector.service.api.waiting import Waiting
from detector.service.evidence_pictures import EvidencePictures
from detector.service.service import Service

_ABOUT = """Finds marks in uploads. Callers have bearer keys with one of the roles platform,
rights_holder, seller, read_only. Errors are problem details (RFC 9457). The listings in `results`
have the form of `detector scan --format jsonl`."""

ROUTERS: tuple[APIRouter, ...] = (health.router, inspections.router, pictures.router)
"""Every router; each module of this package that answers requests has one."""


def create_app(service: Service, *, needs_keys: bool = True) -> FastAPI:
    """Make the app of a service. Without `needs_keys` every caller is the operator."""
    app = DescribedApp(
        title="detector",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.service, app.state.needs_keys = service, needs_keys
    app.state.rates = RateLimit()
    app.state.waiting = Waiting(service.database)
    app.state.evidence = EvidencePictures(service.settings.detection.reader)
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    limits = service.settings.limits
    # The last that is added sees a request first.
    app.add_middleware(BodyLimits, limits.body_bytes, limits.body_seconds)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    try:
        yield
    finally:
        app.state.evidence.close()
