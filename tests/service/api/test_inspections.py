"""Uploads over HTTP: fields are checked, answers waited for, and everything can be read again."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import jsonschema
import pytest
from PIL import Image

from detector.serialise.schema import line_schema
from detector.service.service import Service
from tests.service.inspected import finish, own, uploaded
from tests.service.serving import serving

PATH = "/v1/inspections"


def photo(data: bytes = b"bytes", name: str = "a.jpg") -> tuple[str, tuple[str, bytes]]:
    return ("picture", (name, data))


def bomb() -> bytes:
    """A PNG of a few kilobytes that would have 100 million pixels."""
    file = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(file, "PNG")
    return file.getvalue()


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """The problem in an answer, which has this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["request_id"] == answer.headers["x-request-id"]
    return told


def with_settings(service: Service, **limits: object) -> None:
    settings = service.settings
    service.settings = replace(settings, limits=replace(settings.limits, **limits))


def test_an_upload_is_answered_at_once_and_found_again(client: httpx.Client) -> None:
    fields = {"title": "", "seller": "s1", "classes": ["9", "25"], "external_id": "A-7"}
    answer = client.post(PATH, files=[photo(), photo(b"two", "b.png")], data=fields)
    assert answer.status_code == 202
    assert int(answer.headers["retry-after"]) >= 1
    made = answer.json()
    assert (made["state"], made["classes"], made["results"]) == ("queued", [9, 25], [])
    assert [one["name"] for one in made["pictures"]] == ["a.jpg", "b.png"]
    again = client.get(answer.headers["location"])
    assert (again.status_code, again.json()) == (200, made)
    assert client.get(made["pictures"][1]["href"]).content == b"two"


@pytest.mark.usefixtures("worker")
def test_with_wait_the_result_is_in_the_answer(client, photo_of) -> None:
    """What is no picture is answered too, and is never clean."""
    sent = [photo_of("vornak"), b"PK\3\4 a zip", b"\xff\xd8\xff nothing", bomb()]
    answer = client.post(PATH, params={"wait": 60}, files=list(map(photo, sent)))
    assert answer.status_code == 200
    made = answer.json()
    assert (made["state"], made["decision"]) == ("done", "block")
    for line in made["results"]:
        jsonschema.validate(line, line_schema())
    assert [line["status"] for line in made["results"]] == ["ok", "error", "error", "refused"]
    assert [line["decision"] for line in made["results"]] == ["block", *["review"] * 3]
    (finding,) = made["findings"]
    assert (finding["mark"], finding["picture"]) == ("vornak", 1)
    evidence = client.get(finding["evidence"])
    assert evidence.headers["content-type"] == "image/webp"
    drawn = Image.open(io.BytesIO(evidence.content))
    assert drawn.width > drawn.height


def test_a_wait_ends_when_its_time_is_over(client: httpx.Client) -> None:
    answer = client.post(PATH, params={"wait": 0.05}, files=[photo()])
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    answer = client.get(answer.headers["location"], params={"wait": 0.05})
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")


WRONG_FIELDS = [
    ({"classes": "46"}, "Nice classes"),
    ({"classes": "nine"}, "Nice classes"),
    ({"seller": "x" * 256}, "at most 255"),
    ({"category": "x" * 1001}, "at most 1000"),
    ({"title": "a\0b"}, "cannot be kept"),
    ({"title": ["a", "b"]}, "more than once"),
    ({"titel": "a"}, "not permitted"),
    ({"picture": "text"}, "a file with a name"),
    ({"uri": "http://127.0.0.1/a.jpg"}, "not fetched from this address"),
    ({"uri": "file:///etc/hosts"}, "not fetched from this address"),
    ({"title": "x" * 2001}, "more than 2,000 characters"),
]


def test_wrong_fields_are_told(service: Service) -> None:
    with_settings(service, text_characters=2000)
    with serving(service) as client:
        for fields, told in WRONG_FIELDS:
            answer = client.post(PATH, files=[photo()], data=fields)
            problem(answer, 422)
            assert told in answer.text
        assert client.get(PATH).json() == {"inspections": [], "next": None}


def test_wrong_forms_are_told(service: Service) -> None:
    with_settings(service, pictures=2)
    with serving(service) as client:
        many = client.post(PATH, files=[photo()] * 3)
        assert "1 to 2 pictures" in problem(many, 422)["detail"]
        problem(client.post(PATH, files=[photo()] * 9), 400)
        problem(client.post(PATH, files=[photo(b"")]), 422)
        problem(client.post(PATH, files=[("title", ("t", b"x"))]), 422)
        problem(client.post(PATH, json={"title": "a"}), 415)
        problem(client.post(PATH, data={"title": "a"}), 415)
        problem(client.post(PATH, files=[photo()], params={"wait": "soon"}), 422)
        problem(client.post(PATH, files=[photo()], params={"wait": "inf"}), 422)


def test_names_of_files_are_no_paths(client: httpx.Client) -> None:
    made = client.post(PATH, files=[photo(name="../../etc/passwd"), photo(name="C:\\a\\b.jpg")])
    assert [one["name"] for one in made.json()["pictures"]] == ["passwd", "b.jpg"]


@pytest.fixture
def shop() -> Iterator[str]:
    """The address of a server on this machine that gives `b"bytes"` for anything."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path != "/none" else 404)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"bytes")

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_pictures_at_addresses_are_fetched_where_the_operator_allows(service, shop) -> None:
    service.settings = replace(service.settings, allowed_hosts=("127.0.0.1", "localhost"))
    with serving(service) as client:
        made = client.post(PATH, files=[("uri", (None, f"{shop}/a.jpg"))]).json()
        assert made["pictures"][0]["uri"] == f"{shop}/a.jpg"
        assert client.get(made["pictures"][0]["href"]).content == b"bytes"
        for wrong in (f"{shop}/none", shop.replace("127.0.0.1", "localhost")):
            answer = client.post(PATH, files=[("uri", (None, wrong))])
            assert "cannot be fetched" in problem(answer, 422)["detail"]
        assert len(client.get(PATH).json()["inspections"]) == 1


def test_an_idempotency_key_leads_to_one_inspection(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post(PATH, files=[photo()], headers=headers)
    again = client.post(PATH, files=[photo()], headers=headers)
    assert (again.status_code, again.json()) == (202, first.json())
    other = client.post(PATH, files=[photo(b"other")], headers=headers)
    assert "came before" in problem(other, 422)["detail"]
    problem(client.post(PATH, files=[photo()], headers={"Idempotency-Key": "k" * 256}), 422)


def test_a_full_queue_turns_uploads_away(service: Service) -> None:
    with_settings(service, queued=1)
    with serving(service) as client:
        assert client.post(PATH, files=[photo()]).status_code == 202
        answer = client.post(PATH, files=[photo()])
        problem(answer, 429)
        assert int(answer.headers["retry-after"]) >= 1
        assert len(client.get(PATH).json()["inspections"]) == 1


def test_lists_have_pages_and_filters(client: httpx.Client) -> None:
    for number in range(3):
        client.post(PATH, files=[photo()], data={"external_id": str(number), "seller": "s1"})
    seen, cursor = [], ""
    for _ in range(2):
        page = client.get(PATH, params={"limit": 2, "cursor": cursor}).json()
        seen += [one["external_id"] for one in page["inspections"]]
        cursor = page["next"]
    assert (seen, cursor) == (["2", "1", "0"], None)
    found = client.get(PATH, params={"external_id": "1", "state": "queued"}).json()
    assert len(found["inspections"]) == 1
    assert client.get(PATH, params={"decision": "block"}).json()["inspections"] == []
    created = page["inspections"][0]["created_at"]
    assert client.get(PATH, params={"created_before": created}).json()["inspections"] == []


WRONG_FILTERS = [
    {"cursor": "nonsense"},
    {"cursor": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"},
    {"cursor": "-1"},
    {"cursor": "é"},
    {"limit": 0},
    {"limit": 101},
    {"state": "lost"},
    {"created_before": "2026-07-01T12:00:00"},
    {"created_before": "0"},
    {"created_from": "0001-01-01T00:00:00+23:00"},
    {"seller": "a\0"},
]


def test_wrong_filters_are_told(client: httpx.Client) -> None:
    for params in WRONG_FILTERS:
        problem(client.get(PATH, params=params), 422)


def test_pictures_are_data_and_nothing_else(client: httpx.Client, photo_of) -> None:
    page = b"<html><script>alert(1)</script>"
    made = client.post(PATH, files=[photo(photo_of()), photo(page, "x.html")]).json()
    jpeg, html = (client.get(one["href"]) for one in made["pictures"])
    assert (jpeg.headers["content-type"], jpeg.content) == ("image/jpeg", photo_of())
    assert html.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in html.headers["content-security-policy"]
    assert html.headers["x-content-type-options"] == "nosniff"
    problem(client.get(f"{PATH}/{made['id']}/pictures/3"), 404)
    problem(client.get(f"{PATH}/{made['id']}/pictures/0"), 422)


def test_a_picture_that_is_not_kept_any_more_is_gone(client, service, listing_of) -> None:
    row = uploaded(service, b"bytes")
    finish(service, row.id, [listing_of("vornak")])
    service.pictures.remove([row.pictures[0].digest])
    made = client.get(f"{PATH}/{row.id}").json()
    problem(client.get(made["pictures"][0]["href"]), 410)
    problem(client.get(made["findings"][0]["evidence"]), 410)


def test_evidence_of_bytes_that_crash_no_server(client, service, listing_of) -> None:
    """The picture that was stored is none: the drawing process cannot read it."""
    row = uploaded(service, b"\x89PNG\r\n\x1a\n damaged")
    finish(service, row.id, [listing_of("vornak")])
    made = client.get(f"{PATH}/{row.id}").json()
    problem(client.get(made["findings"][0]["evidence"]), 410)
    problem(client.get(f"{PATH}/{row.id}/findings/999/evidence"), 404)


def test_deleting_and_inspecting_once_more(client, service, listing_of) -> None:
    row = uploaded(service, b"bytes")
    problem(client.post(f"{PATH}/{row.id}/requeue"), 409)
    finish(service, row.id, [listing_of("")])
    again = client.post(f"{PATH}/{row.id}/requeue")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert client.delete(f"{PATH}/{row.id}").status_code == 204
    for answer in (client.delete(f"{PATH}/{row.id}"), client.get(f"{PATH}/{row.id}")):
        problem(answer, 404)


def test_a_rights_holder_sees_nothing_of_others_marks(as_role, service, listing_of) -> None:
    own(service, "vornak", "Vornak AS")
    own(service, "ring", "Ring Ltd")
    row = uploaded(service, b"one", b"two", title="", seller="s1")
    finish(service, row.id, [listing_of("vornak"), listing_of("ring")])
    other = uploaded(service, b"three")
    finish(service, other.id, [listing_of("ring")])
    whole = as_role("platform").get(f"{PATH}/{row.id}").json()
    holder = as_role("rights_holder")
    seen = holder.get(f"{PATH}/{row.id}").json()
    assert [one["mark"] for one in seen["findings"]] == ["vornak"]
    assert (seen["results"], seen["reasons"]) == ([], [])
    assert [one["id"] for one in holder.get(PATH).json()["inspections"]] == [row.id]
    hidden = next(one for one in whole["findings"] if one["mark"] == "ring")
    problem(holder.get(hidden["evidence"]), 404)
    problem(holder.get(f"{PATH}/{other.id}"), 404)


def test_a_seller_sees_his_own_alone(as_role, service: Service) -> None:
    other = uploaded(service, b"one", seller="s1")
    seller = as_role("seller")
    made = seller.post(PATH, files=[photo()], data={"seller": "s1"}).json()
    assert made["seller"] == "shop-7"
    assert [one["id"] for one in seller.get(PATH).json()["inspections"]] == [made["id"]]
    problem(seller.get(f"{PATH}/{other.id}"), 404)
    problem(seller.get(f"{PATH}/{other.id}/pictures/1"), 404)
    problem(seller.delete(f"{PATH}/{made['id']}"), 403)
