"""Marks over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from PIL import Image

from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.marks import MarkRow
from tests.service.made_up import concluded
from tests.service.serving import serving

ROLES = ("platform", "rights_holder", "seller", "read_only")


@pytest.fixture
def ring(marks_folder: Path) -> bytes:
    return (marks_folder / "ring.png").read_bytes()


def create(client: httpx.Client, mark: dict, *pictures: tuple[str, bytes]) -> httpx.Response:
    files = [("pictures", picture) for picture in pictures]
    return client.post("/v1/marks", data={"mark": json.dumps(mark)}, files=files)


@contextmanager
def clients(service: Service) -> Iterator[Callable[[str], httpx.Client]]:
    """A client for each role, by its name."""
    with service.database.writing() as session:
        now = now_of(session)
        keys = {
            role: add_key(session, role, role, "Acme", per_minute=1000, now=now) for role in ROLES
        }
    with serving(service, needs_keys=True) as client:

        def of(role: str) -> httpx.Client:
            client.headers["Authorization"] = f"Bearer {keys[role]}"
            return client

        yield of


def test_a_mark_from_its_making_to_its_end(service: Service, ring: bytes) -> None:
    with serving(service) as client:
        made = create(client, {"id": "ring", "name": "Ring", "words": ["ringo"]}, ("r.png", ring))
        assert made.status_code == 201, made.text
        assert (made.headers["etag"], made.headers["location"]) == ('"1"', "/v1/marks/ring")
        assert made.json()["fields"] == {"name": "Ring", "kind": "logo", "words": ["ringo"]}
        assert not made.json()["indexed"]
        assert create(client, {"id": "ring"}, ("r.png", ring)).status_code == 409
        assert create(client, {"id": "other"}, ("o.png", ring)).status_code == 201

        mark = client.get("/v1/marks/ring")
        assert mark.json()["reviews"]["shown"] == 0
        assert mark.json()["alarms"] == {"expected": 0.005, "observed": 0.0}
        picture = client.get(mark.json()["pictures"][0]["href"])
        assert (picture.content, picture.headers["content-disposition"]) == (ring, "attachment")

        url = "/v1/marks/ring"
        changed = client.patch(url, json={"name": "The Ring"}, headers={"If-Match": '"1"'})
        assert (changed.headers["etag"], changed.json()["fields"]["name"]) == ('"2"', "The Ring")
        assert changed.json()["fields"]["words"] == ["ringo"]
        stale = client.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["detail"]) == (
            412,
            "the mark is in revision 2 now",
        )
        off = client.patch(url, json={"state": "off", "reason": "a plain ring"})
        assert (off.json()["state"], off.json()["state_reason"]) == ("off", "a plain ring")
        listed = client.get("/v1/marks", params={"limit": 1}).json()
        assert [one["id"] for one in listed["marks"]] == ["other"]
        rest = client.get("/v1/marks", params={"cursor": listed["next"]}).json()
        assert ([one["id"] for one in rest["marks"]], rest["next"]) == (["ring"], None)
        assert client.patch("/v1/marks/other", json={"state": "off"}).status_code == 422
        assert client.delete(url).status_code == 204
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("mark", "picture", "told"),
    [
        ({"id": "ring"}, ("cut.png", b"\x89PNG\r\n\x1a\n nothing"), {"place": "cut.png"}),
        ({"id": "ring"}, ("notes.txt", b"text"), {"place": "notes.txt"}),
        ({"id": "ring", "nice_classes": [77]}, ("r.png", b""), {}),
        ({"id": "a/b"}, ("r.png", b""), {}),
        ({"id": "ring", "colour": "red"}, ("r.png", b""), {}),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(service: Service, mark, picture, told) -> None:
    with serving(service) as client:
        answer = create(client, mark, picture)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert told.items() <= answer.json().items()
        assert client.get("/v1/marks").json()["marks"] == []
    assert not list(Path(service.settings.pictures).glob("references/*"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing of it asks more
def test_pictures_are_added_switched_and_drawn(service: Service, ring: bytes, marks_folder) -> None:
    shield = (marks_folder / "vornak.png").read_bytes()
    with serving(service) as client:
        create(client, {"id": "ring"}, ("ring.png", ring))
        url = "/v1/marks/ring/pictures"
        added = client.post(url, files=[("pictures", ("shield.png", shield))]).json()
        assert [one["name"] for one in added["pictures"]] == ["ring.png", "shield.png"]
        views = client.get("/v1/marks/ring/views").json()["views"]
        assert [view["source"] for view in views] == ["ring.png", "shield.png"]
        off = client.patch(f"{url}/0", json={"used": False})
        assert [one["used"] for one in off.json()["pictures"]] == [False, True]
        assert client.patch(f"{url}/1", json={"used": False}).status_code == 422
        (view,) = client.get("/v1/marks/ring/views").json()["views"]
        drawn = client.get(view["href"])
        with Image.open(io.BytesIO(drawn.content)) as image:
            assert (image.format, image.size) == ("PNG", (view["width"], view["height"]))
        assert client.get("/v1/marks/ring/views/1.png").status_code == 404
        assert client.get(f"{url}/7").status_code == 404
        replaced = client.post(
            url, params={"replace": True}, files=[("pictures", ("only.png", ring))]
        ).json()
        assert [(one["name"], one["used"]) for one in replaced["pictures"]] == [("only.png", True)]


def test_marks_are_imported_and_exported(service: Service, ring: bytes) -> None:
    table = b"id,name,image\nring,Ring,r.png\ngone,Gone,gone.png\n"
    with serving(service) as client:
        files = [("files", ("t.csv", table)), ("files", ("r.png", ring))]
        done = client.post("/v1/marks/import", files=files).json()
        assert (done["stored"], done["unchanged"]) == (["ring"], [])
        assert [problem["place"] for problem in done["problems"]] == ["t.csv:3"]
        out = [("files", ("t.csv", b"id,image\nx,../../secret.png\n"))]
        assert "leads out of" in client.post("/v1/marks/import", files=out).json()["detail"]
        exported = client.get("/v1/marks.zip")
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert sorted(archive.namelist()) == ["ring/mark.toml", "ring/r.png"]
        assert archive.read("ring/r.png") == ring


def test_each_role_sees_and_does_what_it_may(service: Service, ring: bytes) -> None:
    with clients(service) as of:
        assert create(of("platform"), {"id": "theirs"}, ("r.png", ring)).status_code == 201
        own = create(of("rights_holder"), {"id": "own"}, ("r.png", ring))
        assert (own.status_code, own.json()["owner"]) == (201, "Acme")
        other = {"id": "x", "owner": "Berta"}
        assert create(of("rights_holder"), other, ("r.png", ring)).status_code == 403
        for role in ("seller", "read_only"):
            assert create(of(role), {"id": "x"}, ("r.png", ring)).status_code == 403
        seen = {
            role: [one["id"] for one in of(role).get("/v1/marks").json().get("marks", [])]
            for role in ROLES
        }
        both = ["own", "theirs"]
        assert seen == {
            "platform": both,
            "read_only": both,
            "rights_holder": ["own"],
            "seller": [],
        }
        holder = of("rights_holder")
        for url in ("", "/pictures/0", "/views", "/views/0.png", "/blocks"):
            assert holder.get(f"/v1/marks/theirs{url}").status_code == 404
        assert holder.patch("/v1/marks/theirs", json={"name": "x"}).status_code == 404
        assert holder.delete("/v1/marks/theirs").status_code == 404
        assert holder.post("/v1/marks/theirs/trial").status_code == 404
        assert holder.post("/v1/marks/own/blocks/requeue", json={}).status_code == 403
        assert holder.patch("/v1/marks/own", json={"expected_alarms": 1}).status_code == 403
        assert holder.patch("/v1/marks/own", json={"owner": "Berta"}).status_code == 403
        assert holder.get("/v1/generations").status_code == 403
        assert of("read_only").delete("/v1/marks/own").status_code == 403
        with service.database.writing() as session:
            session.get_one(MarkRow, "own").state = "quarantined"
        for state in ("active", "off"):
            answer = of("rights_holder").patch("/v1/marks/own", json={"state": state})
            assert answer.status_code == 403
        released = of("platform").patch("/v1/marks/own", json={"state": "active"})
        assert released.json()["state"] == "active"


def test_blocks_are_listed_and_decided_again(service: Service, ring: bytes) -> None:
    with serving(service) as client:
        create(client, {"id": "ring"}, ("r.png", ring))
        with service.database.writing() as session:
            for _ in range(12):
                concluded(session, ["ring"], now_of(session))
        assert client.get("/v1/marks/ring").json()["state"] == "quarantined"
        page = client.get("/v1/marks/ring/blocks", params={"limit": 5}).json()
        rest = client.get("/v1/marks/ring/blocks", params={"cursor": page["next"]}).json()
        assert (len(page["blocks"]), len(rest["blocks"]), rest["next"]) == (5, 6, None)
        url, (first, second, *_) = "/v1/marks/ring/blocks/requeue", page["blocks"]
        named = {"inspections": [first["inspection"]]}
        assert client.post(url, json=named).json() == {"taken": 1, "changed": 1}
        inspect = {"inspections": [second["inspection"]], "again": "inspect"}
        assert client.post(url, json=inspect).json() == {"taken": 1, "changed": 0}
        client.post(url, json={})
        assert client.get("/v1/marks/ring/blocks").json()["blocks"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing of it asks more
def test_a_mark_is_tried_on_past_photos(service: Service, ring: bytes, photo_of) -> None:
    with service.database.writing() as session:
        for number, photo in enumerate([photo_of("ring"), photo_of("", 1), b"no photo"]):
            row = InspectionRow(id=str(number), due_at=now_of(session), created_at=now_of(session))
            row.pictures = [PictureRow(position=0, digest=service.pictures.put(photo))]
            session.add(row)
            session.flush()
    with serving(service) as client:
        create(client, {"id": "ring"}, ("r.png", ring))
        answer = client.post("/v1/marks/ring/trial", json={"photos": 3})
    trial = answer.json()
    assert (trial["photos"], trial["unread"], trial["complete"]) == (2, 1, True)
    assert [found["inspection"] for found in trial["found"]] == ["0"]
    assert (trial["share"], trial["expected"]) == (0.5, 0.005)
