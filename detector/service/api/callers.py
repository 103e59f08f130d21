"""Who calls, what they may do, and how a route gets at the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from detector.service.api.limits import RateLimit
from detector.service.api.listening import is_loopback
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
    """Who calls.

    Raises `Problem` 401 without a valid key, where keys are asked for, and 429 for more requests
    than the key may send.
    """
    if not request.app.state.needs_keys:
        _check_not_from_web(request)
        return OPERATOR
    if bearer is not None:
        with service.database.reading() as session:
            caller = caller_of(session, bearer.credentials, now_of(session))
        if caller is not None:
            _check_rate(request, caller, service)
            return caller
    raise Problem(401, "a valid key is needed", headers={"WWW-Authenticate": "Bearer"})


def _check_rate(request: Request, caller: Caller, service: Service) -> None:
    rates: RateLimit = request.app.state.rates
    per_minute = caller.per_minute or service.settings.limits.per_minute
    if seconds := rates.seconds_until_allowed(caller.key_id or 0, per_minute):
        told = f"this key may send {per_minute} requests a minute"
        raise Problem(429, told, headers={"Retry-After": str(seconds), "Connection": "close"})


def _check_not_from_web(request: Request) -> None:
    """Raise `Problem` 403 for what a web page in the operator's browser sends.

    Without keys only the address protects the service. A page may send forms to any address, and
    read answers of a name of its own that leads here (DNS rebinding).
    """
    host = request.url.hostname or ""
    # Older browsers say only which page it was, and with what may change something.
    unsaid = "cross-site" if "origin" in request.headers else "none"
    site = request.headers.get("sec-fetch-site", unsaid)
    if not is_loopback(host.strip("[]")) or site not in ("none", "same-origin"):
        remedy = "Call the service by its address, or start it with keys."
        raise Problem(403, "a service without keys answers no web pages", remedy=remedy)


AnyCaller = Annotated[Caller, Depends(authenticated)]


def only(*roles: Role) -> Callable[[Caller], Caller]:
    """A dependency that lets callers of these roles in. It raises `Problem` 403 for others."""

    def allowed(caller: AnyCaller) -> Caller:
        if caller.role not in roles:
            raise Problem(403, f"a key of the role {caller.role} may not do this")
        return caller

    return allowed


PlatformCaller = Annotated[Caller, Depends(only("platform"))]
