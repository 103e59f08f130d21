"""Marks as rows of the database (a stand-in for the merge)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detector.marks.fields import FIELDS, check_field, check_id, make_mark, unknown_name
from detector.records import Mark


def mark_of(mark_id: str, record: Mapping[str, Any]) -> Mark:
    """Make a mark of the fields that a `mark.toml` has. Raises `MarkError` as its reader does."""
    for name in record:
        if name not in FIELDS:
            raise unknown_name("field", name, FIELDS, mark_id)
    values = {name: check_field(name, value) for name, value in record.items() if value is not None}
    checked = check_id(mark_id)
    return make_mark({"id": checked, **values, "name": values.get("name") or checked})
