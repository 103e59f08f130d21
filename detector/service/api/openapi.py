"""The OpenAPI document: what FastAPI makes of the routes, with the schema of listings in it.

docs/openapi.json is written by `python tools/write_openapi.py`.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from detector.serialise.schema import line_schema

_PREFIX = "Listing."  # of the definitions of the schema of listings


class DescribedApp(FastAPI):
    """An app whose document, under `/openapi.json`, also has the schema of listings."""

    def openapi(self) -> dict[str, Any]:
        """Make the document, once."""
        if self.openapi_schema is None:
            self.openapi_schema = _with_listings(super().openapi())
        return self.openapi_schema


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
