"""The JSON Schema of the lines that `jsonl` writes, made from the records and their vocabularies.

A field that a record gains becomes a key that the schema asks for, so that the two cannot part.
docs/listing.schema.json is written by `python tools/write_schema.py`.
"""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from detector.records import (
    SCHEMA,
    STATUSES,
    ChannelName,
    CheckName,
    Decision,
    Evidence,
    Explanation,
    Finding,
    Listing,
    MarkScore,
    Measures,
    Provenance,
    Suppressor,
    TextFinding,
)
from detector.serialise.alarms import FrequentAlarm
from detector.serialise.encode import MOST_MATCHES, Json

_NUMBER: Json = {"type": ["number", "null"]}
_COUNT: Json = {"type": "integer", "minimum": 0}
_PLAIN: dict[type, Json] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: _COUNT,
    float: _NUMBER,
    type(None): {"type": "null"},
}
_RECORDS = (Finding, TextFinding, MarkScore, Suppressor, Explanation, Provenance, FrequentAlarm)
_PIECE_KEY = f"^({'|'.join((*get_args(ChannelName), *get_args(CheckName)))})(#([2-9]|[1-9]\\d+))?$"


def line_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of image lines and of the summary line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:detector:listing:{SCHEMA}",
        "title": "A line of: detector scan --format jsonl",
        "oneOf": [_reference("image"), _reference("summary")],
        "$defs": {
            "image": _image(),
            "summary": _summary(),
            **{_name(record): _record(record) for record in _RECORDS},
            "evidence": _evidence(),
        },
    }


def _image() -> Json:
    found = _properties(Listing)
    version = {"const": SCHEMA, "description": "Version of this schema."}
    return _object({"type": {"const": "image"}, **found, "schema": version}, _sentence(Listing))


def _summary() -> Json:
    return _object(
        {
            "type": {"const": "summary"},
            "complete": _PLAIN[bool],
            "images": _COUNT,
            "listings": _COUNT,
            "statuses": _object(dict.fromkeys(STATUSES, _COUNT)),
            "decisions": _object(dict.fromkeys(get_args(Decision), _COUNT)),
            "findings": _COUNT,
            "frequent_alarms": _array(_reference(_name(FrequentAlarm))),
            "index": _PLAIN[str],
            "threshold": _NUMBER,
            "words": _PLAIN[bool],
            "schema": {"const": SCHEMA},
        },
        "The counts of a whole scan; the last line.",
    )


def _evidence() -> Json:
    measures = {field.name: {"type": "number"} for field in fields(Measures)}
    view = {
        "type": "string",
        "pattern": "^(0|[1-9][0-9]{0,18})$",
        "description": "Permanent id of the view: a number of 63 bits, as text.",
    }
    whole = {
        "view": view,
        **measures,
        "note": _PLAIN[str],
        "homography": {"anyOf": [_array({"type": "number"}, 9), {"type": "null"}]},
        "matches": {**_array(_array({"type": "number"}, 4)), "maxItems": MOST_MATCHES},
    }
    needed = ["view", "homography", "matches"]
    return {**_object(whole, _sentence(Evidence)), "required": needed}


_SPECIAL: dict[str, Json] = {
    "score": {**_NUMBER, "minimum": 0, "maximum": 1},
    "schema": {"const": SCHEMA},
    "instance": {"type": "integer", "minimum": 1},
    "classes": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 45}},
}
"""Fields that are narrower than their type, whatever record they are in."""


def _record(record: type) -> Json:
    return _object(_properties(record), _sentence(record))


def _properties(record: type) -> Json:
    """The fields of a record as properties; what JSON writes in another way is put in its place."""
    kinds = get_type_hints(record)
    found = {
        field.name: _SPECIAL.get(field.name) or _kind(kinds[field.name])
        for field in fields(record)
        if field.name not in ("quad", "evidence", "start", "end")
    }
    if record is Finding:
        found["quad"] = _array(_array(_NUMBER, 2), 4)
        found["evidence"] = {
            "type": "object",
            "propertyNames": {"pattern": _PIECE_KEY},
            "additionalProperties": _reference("evidence"),
        }
    if record is TextFinding:
        found["span"] = _array(_COUNT, 2)
    return found


def _kind(kind: Any) -> Json:
    """The schema of one type of a record's field."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        return _reference(_name(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [str(word) for word in kind]}
    return _compound(get_origin(kind), get_args(kind))


def _compound(origin: Any, parts: tuple[Any, ...]) -> Json:
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (UnionType, Union):
        return {"anyOf": [_kind(part) for part in parts]}
    if origin is tuple and parts[1:] == (...,):
        return _array(_kind(parts[0]))
    if origin is tuple:
        return _array(_kind(parts[0]), len(parts))
    raise TypeError(f"no JSON is known for {origin}")


def _array(items: Json, length: int | None = None) -> Json:
    sizes = {} if length is None else {"minItems": length, "maxItems": length}
    return {"type": "array", "items": items, **sizes}


def _object(properties: Json, description: str = "") -> Json:
    """An object that has all of these properties and no other."""
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _reference(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _name(record: type) -> str:
    return f"{record.__name__[0].lower()}{record.__name__[1:]}"


def _sentence(record: type) -> str:
    """The first sentence of a record's description."""
    return " ".join((inspect.getdoc(record) or "").partition("\n\n")[0].split())
