"""Errors as problem details (RFC 9457): every answer that is no success has this form."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from detector.errors import DetectorError, StorageError

MEDIA_TYPE = "application/problem+json"

_LOG = logging.getLogger(__name__)


_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
    },
}


# What the drivers raise for a value that no column can hold: NUL and lone surrogates in a text, a
# number of more than 64 bits.
_NOT_STORABLE = (DataError, UnicodeEncodeError, OverflowError)


class Problem(Exception):
    """A request that is not done, and why: raised anywhere below a route.

    `remedy` is what the caller can do; `extra` joins the members of the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        remedy: str = "",
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.remedy = status, detail, remedy
        self.headers, self.extra = headers or {}, extra


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route for the OpenAPI document: `responses=problems_of(401, 404)`."""
    content = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


def answer_problems(app: FastAPI) -> None:
    """Let an app answer every error as a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(DetectorError, _answer_error)
    for kind in _NOT_STORABLE:
        app.add_exception_handler(kind, _answer_not_storable)
    app.add_exception_handler(OperationalError, _answer_database)
    app.add_exception_handler(Exception, _answer_fault)


def problem_response(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> Response:
    """The answer for a problem; members that are empty are left out."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", ""),
        **extra,
    }
    return JSONResponse(
        {name: value for name, value in content.items() if value not in ("", None)},
        status,
        headers,
        MEDIA_TYPE,
    )


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(
        request, error.status, error.detail, error.headers, remedy=error.remedy, **error.extra
    )


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return problem_response(request, error.status_code, str(error.detail), headers)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """What is wrong with the parts of a request; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"where": [*map(str, each["loc"])], "message": each["msg"]} for each in error.errors()
    ]
    return problem_response(
        request, 422, "parts of the request are wrong", errors=jsonable_encoder(errors)
    )


async def _answer_error(request: Request, error: Exception) -> Response:
    """An error of the library: the caller's, except where the storage failed."""
    assert isinstance(error, DetectorError)
    if isinstance(error, StorageError):
        unusable = "the storage of the service cannot be used"
        _LOG.error("%s: %s", unusable, error)
        return problem_response(request, 503, unusable, {"Retry-After": "5"})
    return problem_response(request, 422, error.message, remedy=error.remedy, place=error.place)


async def _answer_not_storable(request: Request, _: Exception) -> Response:
    return problem_response(request, 422, "a value of the request is none that can be kept")


async def _answer_database(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    away = "the database of the service cannot be used"
    _LOG.error("%s: %s", away, error.orig)
    return problem_response(request, 503, away, {"Retry-After": "5"})


async def _answer_fault(request: Request, _: Exception) -> Response:
    """A fault of the service; the server logs it with its traceback.

    Starlette answers it outside all middleware, so the id of the request is added here.
    """
    headers = {"X-Request-ID": getattr(request.state, "request_id", "")}
    remedy = "Report it with the request id."
    return problem_response(request, 500, "the service has a fault", headers, remedy=remedy)
