"""Who calls, what they may do, and how a route gets at the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from detector.service.api.problems import Problem
from detector.service.keys import OPERATOR, Caller, caller_of
from detector.service.service import Service
from detector.service.storage.access import Role
from detector.service.storage.database import now_of

BEARER = HTTPBearer(auto_error=False, description="A key of the service.")


def service_of(request: Request) -> Service:
    """The service that an app answers for."""
    service: Service = request.app.state.service
    return service


ServiceNeeded = Annotated[Service, Depends(service_of)]


def authenticated(
    request: Request,
    service: ServiceNeeded,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> Caller:
    """Who calls. Raises `Problem` 401 without a valid key, where keys are asked for."""
    if not request.app.state.needs_keys:
        return OPERATOR
    if bearer is not None:
        with service.database.reading() as session:
            caller = caller_of(session, bearer.credentials, now_of(session))
        if caller is not None:
            return caller
    raise Problem(401, "a valid key is needed", headers={"WWW-Authenticate": "Bearer"})


AnyCaller = Annotated[Caller, Depends(authenticated)]


def only(*roles: Role) -> Callable[[Caller], Caller]:
    """A dependency that lets callers of these roles in. It raises `Problem` 403 for others."""

    def allowed(caller: AnyCaller) -> Caller:
        if caller.role not in roles:
            raise Problem(403, f"a key of the role {caller.role} may not do this")
        return caller

    return allowed


PlatformCaller = Annotated[Caller, Depends(only("platform"))]
