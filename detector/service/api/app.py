"""The app: routes of all kinds, and what holds for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from detector.service.api import (
    coco,
    deliveries,
    drift,
    events,
    findings,
    generations,
    health,
    hma,
    hma_banks,
    inspections,
    label_studio,
    mark_alarms,
    mark_bulk,
    mark_pictures,
    marks,
    metrics,
    pictures,
    policies,
    retrospects,
    webhooks,
)
from detector.service.api.limits import BodyLimits, RateLimit
from detector.service.api.metrics import RequestMetrics
from detector.service.api.openapi import DescribedApp
from detector.service.api.problems import answer_problems
from detector.service.api.request_ids import RequestIds
from detector.service.api.request_spans import RequestSpans
from detector.service.api.security_headers import SecurityHeaders
from detector.service.api.waiting import Waiting
from detector.service.evidence_pictures import EvidencePictures
from detector.service.service import Service

_ABOUT = """Finds marks in uploads. Callers have bearer keys with one of the roles platform,
rights_holder, seller, read_only. Errors are problem details (RFC 9457). The listings in `results`
have the form of `detector scan --format jsonl`."""

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    coco.router,
    inspections.router,
    pictures.router,
    findings.router,
    marks.router,
    mark_bulk.router,
    mark_pictures.router,
    mark_alarms.router,
    generations.router,
    policies.router,
    retrospects.router,
    drift.router,
    events.router,
    webhooks.router,
    deliveries.router,
    hma.router,
    hma_banks.router,
    label_studio.router,
)
"""Every router; each module of this package that answers requests has one."""

KEY_IN_PATH, ROUTERS_WITH_KEY_IN_PATH = "/hma/{key}", (hma.router, hma_banks.router)
"""Those whose callers may be unable to send a header: they also stand below their key."""


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
    for router in ROUTERS_WITH_KEY_IN_PATH:
        app.include_router(router, prefix=KEY_IN_PATH, include_in_schema=False)
    _add_middleware(app, service)
    return app


def _add_middleware(app: FastAPI, service: Service) -> None:
    """Add what sees every request; the last that is added sees it first."""
    limits = service.settings.limits
    app.add_middleware(BodyLimits, limits.body_bytes, limits.body_seconds)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestSpans, service.tracing)
    app.add_middleware(RequestMetrics, service.metrics)
    app.add_middleware(RequestIds)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    try:
        yield
    finally:
        app.state.evidence.close()
