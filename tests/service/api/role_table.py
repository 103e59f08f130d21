"""What each role gets from each route of the app, for things of others.

They are another seller's inspection, and another rights holder's mark and webhook. So 404 says that
such a thing is not seen, 403 that a role may not do what the route does.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests import scenes

ROLES = ("", "platform", "rights_holder", "seller", "read_only")

Statuses = tuple[int, int, int, int, int]
Route = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """The statuses of a route for each of `ROLES`, the first without a key; and what is sent.

    `query` may name parameters of paths.
    """

    statuses: Statuses
    sent: dict[str, Any] = field(default_factory=dict)
    query: str = ""


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(scenes.emblem()).save(file, "PNG")
    return file.getvalue()


PICTURE = _png()

OPEN = Row((200, 200, 200, 200, 200))
LISTED = Row((401, 200, 200, 200, 200))  # each role gets what it may see
SEEN_BY_OPERATORS = Row((401, 200, 404, 404, 200))
ONLY_OPERATORS = Row((401, 200, 403, 403, 200))
MARKS = Row((401, 200, 200, 403, 200))
MARK = Row((401, 200, 404, 403, 200))


def only_platform(status: int = 200, query: str = "", **sent: Any) -> Row:
    return Row((401, status, 403, 403, 403), sent, query)


def kept_by_its_owner(status: int = 200, **sent: Any) -> Row:
    """A change of a mark, or of what is found of it."""
    return Row((401, status, 404, 403, 403), sent)


def kept_by_its_party(status: int = 200, **sent: Any) -> Row:
    """A change of what belongs to a rights holder or a seller."""
    return Row((401, status, 404, 404, 403), sent)


INSPECTIONS: dict[Route, Row] = {
    ("GET", "/v1/inspections"): LISTED,
    ("GET", "/v1/inspections.coco"): LISTED,
    ("GET", "/v1/inspections/{inspection}"): SEEN_BY_OPERATORS,
    ("GET", "/v1/inspections/{inspection}/pictures/{position}"): SEEN_BY_OPERATORS,
    ("GET", "/v1/inspections/{inspection}/findings/{number}/evidence"): SEEN_BY_OPERATORS,
    ("GET", "/v1/findings"): LISTED,
    ("GET", "/v1/findings/{number}"): SEEN_BY_OPERATORS,
    ("PATCH", "/v1/findings/{number}"): kept_by_its_owner(json={"state": "rejected"}),
}

UPLOADS: dict[Route, Row] = {
    ("POST", "/v1/inspections"): Row(
        (401, 202, 403, 202, 403), {"files": {"picture": ("a.jpg", b"bytes")}}
    ),
    ("POST", "/v1/inspections/{inspection}/requeue"): only_platform(202),
    ("DELETE", "/v1/inspections/{inspection}"): only_platform(204),
}

MARKS_AND_THEIR_ALARMS: dict[Route, Row] = {
    ("GET", "/v1/marks"): MARKS,
    ("GET", "/v1/marks.zip"): MARKS,
    ("GET", "/v1/marks/{mark_id}"): MARK,
    ("GET", "/v1/marks/{mark_id}/pictures/{position}"): MARK,
    ("GET", "/v1/marks/{mark_id}/views"): MARK,
    ("GET", "/v1/marks/{mark_id}/views/{number}.png"): MARK,
    ("GET", "/v1/marks/{mark_id}/blocks"): MARK,
    ("POST", "/v1/marks/{mark_id}/blocks/requeue"): only_platform(json={}),
    ("POST", "/v1/marks/{mark_id}/trial"): kept_by_its_owner(json={"photos": 1, "seconds": 1}),
    ("POST", "/v1/marks/{mark_id}/retrospect"): kept_by_its_owner(202),
    ("PATCH", "/v1/marks/{mark_id}"): kept_by_its_owner(json={"name": "Ours"}),
    ("PATCH", "/v1/marks/{mark_id}/pictures/{position}"): kept_by_its_owner(json={"used": False}),
    ("POST", "/v1/marks/{mark_id}/pictures"): kept_by_its_owner(
        files={"pictures": ("a.png", PICTURE)}
    ),
    ("POST", "/v1/marks"): only_platform(  # a rights holder declares its own marks alone
        201,
        data={"mark": '{"id": "star", "owner": "Ring Ltd"}'},
        files={"pictures": ("a.png", PICTURE)},
    ),
    # Others' marks that are named in an import are told as its problems.
    ("POST", "/v1/marks/import"): Row(
        (401, 200, 200, 403, 403), {"files": {"files": ("ring.png", PICTURE)}}
    ),
    ("DELETE", "/v1/marks/{mark_id}"): kept_by_its_owner(204),
}

OPERATION: dict[Route, Row] = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): OPEN,  # to callers on this host
    ("GET", "/v1/drift"): ONLY_OPERATORS,
    ("GET", "/v1/generations"): ONLY_OPERATORS,
    ("GET", "/v1/generations/current"): ONLY_OPERATORS,
    ("POST", "/v1/generations"): only_platform(),
    ("GET", "/v1/policies"): ONLY_OPERATORS,
    ("GET", "/v1/policies/{version}"): ONLY_OPERATORS,
    ("POST", "/v1/policies"): only_platform(201, json={"text": "review = 0.5\nblock = 0.9\n"}),
    ("POST", "/v1/policies/{version}/dry-run"): only_platform(json={}),
    ("POST", "/v1/policies/{version}/use"): only_platform(),
    ("GET", "/v1/retrospects"): LISTED,
    ("GET", "/v1/retrospects/{name}"): SEEN_BY_OPERATORS,
}

EVENTS: dict[Route, Row] = {
    ("GET", "/v1/events"): LISTED,
    ("GET", "/v1/webhooks"): LISTED,
    ("POST", "/v1/webhooks"): Row(
        (401, 201, 201, 201, 403), {"json": {"url": "https://shop.example/events"}}
    ),
    ("GET", "/v1/webhooks/{webhook}"): SEEN_BY_OPERATORS,
    ("GET", "/v1/webhooks/{webhook}/deliveries"): SEEN_BY_OPERATORS,
    ("POST", "/v1/webhooks/{webhook}/deliveries/resend"): kept_by_its_party(202, json={}),
    ("POST", "/v1/webhooks/{webhook}/test"): kept_by_its_party(202),
    ("POST", "/v1/webhooks/{webhook}/rotate"): kept_by_its_party(json={}),
    ("PATCH", "/v1/webhooks/{webhook}"): kept_by_its_party(json={"off": True}),
    ("DELETE", "/v1/webhooks/{webhook}"): kept_by_its_party(204),
}

_PHOTO = {"photo": ("a.png", PICTURE)}
_SIGNAL = "?signal={inspection}&signal_type=detector"

HMA: dict[Route, Row] = {
    ("GET", "/m/lookup"): Row((401, 200, 403, 403, 200), query=_SIGNAL),
    ("GET", "/m/raw_lookup"): Row((401, 200, 403, 403, 200), query=_SIGNAL),
    ("GET", "/c/banks"): ONLY_OPERATORS,
    ("GET", "/c/bank/{bank}"): ONLY_OPERATORS,
    ("GET", "/c/exchanges/apis"): ONLY_OPERATORS,
    # It takes a picture, from a host that is allowed.
    ("GET", "/h/hash"): only_platform(422, query="?url=http://elsewhere.example/a.jpg"),
    ("POST", "/h/hash"): only_platform(files=_PHOTO),
    ("DELETE", "/c/bank/{bank}"): only_platform(),
    ("POST", "/c/banks"): only_platform(201, json={"name": "OTHERS"}),
    ("PUT", "/c/bank/{bank}"): only_platform(json={"enabled": False}),
    ("POST", "/c/bank/{bank}/content"): only_platform(files=_PHOTO, data={"content_id": "one"}),
    ("DELETE", "/c/bank/{bank}/content/{content}"): only_platform(),
}

_BOXES = """<View><Image name="image" value="$image"/>
<RectangleLabels name="label" toName="image"><Label value="mark"/></RectangleLabels></View>"""

LABEL_STUDIO: dict[Route, Row] = {
    ("GET", "/label-studio/health"): only_platform(),
    ("POST", "/label-studio/setup"): only_platform(json={"schema": _BOXES}),
    ("POST", "/label-studio/predict"): only_platform(json={"tasks": [], "label_config": _BOXES}),
}

TABLE: dict[Route, Row] = {
    **OPERATION,
    **INSPECTIONS,
    **EVENTS,
    **HMA,
    **{(method, f"/hma/{{key}}{path}"): row for (method, path), row in HMA.items()},
    **LABEL_STUDIO,
    **MARKS_AND_THEIR_ALARMS,
    **UPLOADS,
}
"""In the order in which the platform may use the routes on one service: what deletes comes last."""
