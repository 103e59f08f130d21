"""The OpenAPI document: what FastAPI makes of the routes, with the schema of listings in it.

docs/openapi.json is written by `python tools/write_openapi.py`.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from detector.serialise.schema import line_schema
from detector.service.api.problems import problems_of

_PREFIX = "Listing."  # of the definitions of the schema of listings

_OF_CALLERS = problems_of(403, 503)
"""Of every route that asks who calls: a web page may not, and the database may be away."""

_OF_BODIES = problems_of(400, 408, 413)
"""Of every request with a body: it cannot be read, is too slow, or is too large."""

_OF_PARAMETERS = problems_of(422)
"""Of every route for which FastAPI says so; it means its own answers, which we do not give."""
_NOT_GIVEN = ("HTTPValidationError", "ValidationError")


class DescribedApp(FastAPI):
    """An app whose document, under `/openapi.json`, also has what FastAPI does not know.

    That are the schema of listings, and problems that many routes share.
    """

    def openapi(self) -> dict[str, Any]:
        """Make the document, once."""
        if self.openapi_schema is None:
            self.openapi_schema = _with_listings(_with_problems(super().openapi()))
        return self.openapi_schema


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Add the problems that are answered before a route has its turn."""
    for operation in (one for path in document["paths"].values() for one in path.values()):
        responses = operation["responses"]
        added = _OF_CALLERS if "401" in responses else {}
        added = added | _OF_BODIES if "requestBody" in operation else added
        added = added | _OF_PARAMETERS if "422" in responses else added
        responses |= {str(status): problem for status, problem in added.items()}
        operation["responses"] = dict(sorted(responses.items()))
    for name in _NOT_GIVEN:
        document["components"]["schemas"].pop(name, None)
    return document


def _with_listings(document: dict[str, Any]) -> dict[str, Any]:
    """Put the schema of listings in the place of its title."""
    schemas = document["components"]["schemas"]
    definitions = line_schema()["$defs"]
    schemas |= {_PREFIX + name: _moved(value) for name, value in definitions.items()}
    results = schemas["Inspection"]["properties"]["results"]
    results["items"] = _reference("image")
    return document


def _moved(value: Any) -> Any:
    """The same with its references into the document."""
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        return _reference(value["$ref"].rpartition("/")[2])
    if isinstance(value, dict):
        return {name: _moved(part) for name, part in value.items()}
    return list(map(_moved, value)) if isinstance(value, list) else value


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_PREFIX}{name}"}
