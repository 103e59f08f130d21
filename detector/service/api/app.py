"""The app: routes of all kinds, and what holds for each of them."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from detector.service.api import coco, deliveries, events, hma_banks, label_studio, webhooks
from detector.service.api.problems import answer_problems
from detector.service.api.waiting import Waiting
from detector.service.service import Service

ROUTERS: tuple[APIRouter, ...] = (
    events.router,
    webhooks.router,
    deliveries.router,
    hma_banks.router,
    label_studio.router,
    coco.router,
)
"""Every router; each module of this package that answers requests has one."""


def create_app(service: Service, *, needs_keys: bool = True) -> FastAPI:
    """Make the app of a service. Without `needs_keys` every caller is the operator."""
    app = FastAPI(title="detector", version="1", docs_url=None, redoc_url=None)
    app.state.service, app.state.needs_keys = service, needs_keys
    app.state.waiting = Waiting(service.database)
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
