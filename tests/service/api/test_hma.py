"""HMA's routes, called as ROOST's Coop calls them.

The calls are those of roostorg/coop, server/services/hmaService/index.ts at 1e49f86 (methods
createBank, updateBank, deleteBank, getBank, hashContentFromUrl, addContentToBank, lookupContent)
and of its `addHashesToImageFields`, which hashes and then looks up what it got.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from sqlalchemy import select

from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.storage.inspections import FindingRow, InspectionRow
from detector.service.storage.marks import MarkRow
from tests.service.inspecting import inspecting
from tests.service.serving import serving

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
OWNERS = {"vornak": "Vornak Ltd.", "ring": "Ring & Söhne"}


@pytest.fixture
def owned(service: Service) -> Service:
    """The service with the two marks of its index, each of another owner."""
    with service.database.writing() as session:
        for mark, owner in OWNERS.items():
            session.add(a_mark(mark, owner))
    return service


@pytest.fixture
def client(owned: Service) -> Iterator[httpx.Client]:
    with serving(owned) as opened:
        yield opened


def a_mark(mark: str, owner: str) -> MarkRow:
    return MarkRow(
        id=mark, owner=owner, record={}, state_since=NOON, created_at=NOON, updated_at=NOON
    )


@contextmanager
def a_shop(photos: dict[str, bytes]) -> Iterator[str]:
    """A web server with photos; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = photos.get(self.path.strip("/"), b"")
            self.send_response(200 if data else 404)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests look at what was fetched."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def finding(service: Service, signal: str, mark: str, level: str = "block", **other) -> None:
    """Let an inspection be done with one finding more, as its worker writes it."""
    with service.database.writing() as session:
        row = session.scalars(select(InspectionRow).filter_by(id=signal)).one()
        row.state, row.results = "done", [{"status": "ok", "message": ""}]
        row.findings.append(
            FindingRow(
                mark=mark,
                fingerprint=mark + str(len(row.findings)),
                verdict="identical",
                score=other.pop("score", 0.9),
                log_odds=3,
                level=level,
                created_at=NOON,
                **other,
            )
        )


def hashed(client: httpx.Client, photo: bytes = b"photo") -> str:
    answer = client.post("/h/hash", files={"photo": ("a.jpg", photo, "image/jpeg")})
    assert answer.status_code == 200, answer.text
    return answer.json()["detector"]


def looked_up(client: httpx.Client, signal: str, **more: str) -> httpx.Response:
    return client.get("/m/lookup", params={"signal_type": "detector", "signal": signal, **more})


def when_done(client: httpx.Client, asked: dict) -> dict:
    """Look up again while the answer is that there is no result yet, as Coop does."""
    for _ in range(10):
        answer = client.get("/m/lookup", params=asked)
        if answer.status_code != 503:
            break
    assert answer.status_code == 200, answer.text
    return answer.json()


# What Coop does with each picture


def test_a_picture_is_hashed_and_looked_up(owned: Service, photo_of) -> None:
    photos = {"sold.jpg": photo_of("vornak"), "clean.jpg": photo_of("", 1)}
    limits = replace(owned.settings.limits, wait_seconds=20)
    owned.settings = replace(owned.settings, allowed_hosts=("127.0.0.1",), limits=limits)
    with a_shop(photos) as shop, serving(owned) as client, inspecting(owned):
        banks = [bank["name"] for bank in client.get("/c/banks").json()]
        matched = {}
        for name in photos:
            hashes = client.get("/h/hash", params={"url": f"{shop}/{name}"}).json()
            for signal_type, signal in hashes.items():
                asked = {"signal_type": signal_type, "signal": signal}
                found = when_done(client, asked)
                matched[name] = [bank for bank in banks if found.get(bank)]
        at_once = when_done(client, {"url": f"{shop}/sold.jpg"})
    assert banks == ["RING_S_HNE", "VORNAK_LTD"]
    assert matched == {"sold.jpg": ["VORNAK_LTD"], "clean.jpg": []}
    (match,) = at_once["detector"]["VORNAK_LTD"]
    assert 0 <= float(match["distance"]) < 0.5


def test_a_picture_that_cannot_be_read_is_no_picture_without_a_match(
    owned: Service, client: httpx.Client
) -> None:
    signal = hashed(client, b"no picture")
    with inspecting(owned):
        answers = (looked_up(client, signal) for _ in range(5))
        answer = next(each for each in answers if each.status_code != 503)
    assert answer.status_code == 422
    assert "examined" in answer.json()["detail"]


def test_before_there_is_a_result_no_match_is_denied(owned: Service) -> None:
    owned.settings = replace(
        owned.settings, limits=replace(owned.settings.limits, wait_seconds=0.1)
    )
    with serving(owned) as client:
        answer = looked_up(client, hashed(client))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_addresses_of_other_hosts_are_not_fetched(client: httpx.Client) -> None:
    with a_shop({"a.jpg": b"photo"}) as shop:
        assert client.get("/h/hash", params={"url": f"{shop}/a.jpg"}).status_code == 422
    assert client.get("/h/hash", params={"url": "file:///etc/passwd"}).status_code == 400
    assert client.get("/h/hash").status_code == 400
    strange = {"url": "http://127.0.0.1/\0.jpg"}
    assert client.get("/h/hash", params=strange).status_code == 400


def test_a_strange_file_name_does_no_harm(client: httpx.Client) -> None:
    for name in ("../../etc/passwd", "a\\b\x7f.jpg", "ж" * 300):
        answer = client.post("/h/hash", files={"photo": (name, b"photo", "image/jpeg")})
        assert answer.status_code == 200, name


# The threshold is ours


@pytest.mark.parametrize(
    ("level", "review", "mark_state", "matches"),
    [
        ("block", "open", "active", True),
        ("review", "open", "active", True),
        ("block", "confirmed", "active", True),
        ("pass", "open", "active", False),
        ("block", "rejected", "active", False),
        ("review", "open", "quarantined", False),
        ("block", "open", "off", False),
    ],
)
def test_only_what_counts_matches(
    owned: Service, client: httpx.Client, level: str, review: str, mark_state: str, matches: bool
) -> None:
    signal = hashed(client)
    with owned.database.writing() as session:
        session.get_one(MarkRow, "ring").state = mark_state
    finding(owned, signal, "ring", level, state=review)
    assert bool(looked_up(client, signal).json()) == matches
    raw = client.get("/m/raw_lookup", params={"signal": signal, "signal_type": "detector"}).json()
    assert bool(raw["matches"]) == matches


def test_a_mark_counts_once_with_its_best_score(owned: Service, client: httpx.Client) -> None:
    signal = hashed(client)
    for score in (0.7, 0.95, 0.8):
        finding(owned, signal, "ring", score=score)
    finding(owned, signal, "vornak", score=0.6)
    found = looked_up(client, signal).json()
    assert [match["distance"] for match in found["RING_S_HNE"]] == ["0.050"]
    raw = client.get(
        "/m/raw_lookup",
        params={"signal": signal, "signal_type": "detector", "include_distance": "true"},
    ).json()
    assert [match["distance"] for match in raw["matches"]] == ["0.050", "0.400"]
    assert looked_up(client, signal, banks="VORNAK_LTD,OTHER").json().keys() == {"VORNAK_LTD"}


# Banks


def test_a_bank_that_coop_makes_has_the_marks_of_that_owner(
    owned: Service, client: httpx.Client
) -> None:
    """Coop puts COOP_ORG_ before the name that its user gives."""
    name = "COOP_A1B2_VORNAK_LTD"
    made = client.post("/c/banks", json={"name": name, "enabled_ratio": "1"})
    assert (made.status_code, made.json()) == (201, {"name": name, "matching_enabled_ratio": 1.0})
    assert client.post("/c/banks", json={"name": name}).status_code == 403
    assert client.get(f"/c/bank/{name}").status_code == 200
    signal = hashed(client)
    finding(owned, signal, "vornak")
    assert looked_up(client, signal).json().keys() == {name, "VORNAK_LTD"}
    assert client.delete(f"/c/bank/{name}").status_code == 200
    assert client.get(f"/c/bank/{name}").status_code == 404
    assert looked_up(client, signal).json().keys() == {"VORNAK_LTD"}


def test_a_bank_that_is_off_is_not_told(owned: Service, client: httpx.Client) -> None:
    signal = hashed(client)
    finding(owned, signal, "ring")
    changed = client.put("/c/bank/RING_S_HNE", json={"enabled_ratio": 0})
    assert changed.json() == {"name": "RING_S_HNE", "matching_enabled_ratio": 0.0}
    assert looked_up(client, signal).json() == {}
    client.put("/c/bank/RING_S_HNE", json={"enabled_ratio": 0.5})
    drawn = [looked_up(client, signal, seed=str(seed)).json() for seed in range(20)]
    assert {bool(found) for found in drawn} == {True, False}
    assert looked_up(client, signal, seed="7").json() == drawn[7]


def test_an_owner_cannot_be_deleted_as_a_bank(client: httpx.Client) -> None:
    assert client.delete("/c/bank/RING_S_HNE").status_code == 422
    assert client.get("/c/bank/RING_S_HNE").status_code == 200
    assert client.delete("/c/bank/UNKNOWN").status_code == 200


@pytest.mark.parametrize(
    "wanted", [{"name": "lower"}, {"name": "1A"}, {}, {"name": "A", "enabled_ratio": 2}]
)
def test_a_bank_that_hma_would_refuse_is_refused(client: httpx.Client, wanted: dict) -> None:
    assert client.post("/c/banks", json=wanted).status_code == 422


def test_content_becomes_a_mark_of_the_owner(
    owned: Service, client: httpx.Client, marks_folder
) -> None:
    picture = (marks_folder / "ring.png").read_bytes()
    client.post("/c/banks", json={"name": "COOP_A_NEW", "enabled_ratio": "1"})
    added = client.post(
        "/c/bank/COOP_A_NEW/content",
        files={"photo": ("ring.png", picture, "image/png")},
        data={"content_id": "Item 7", "note": "seen in a shop"},
    )
    assert added.status_code == 200, added.text
    with owned.database.reading() as session:
        row = session.get_one(MarkRow, added.json()["signals"]["detector"])
    assert (row.owner, row.record["name"]) == ("COOP_A_NEW", "seen in a shop")
    known = client.post(
        "/c/bank/VORNAK_LTD/content", files={"photo": ("ring.png", picture, "image/png")}
    ).json()
    with owned.database.reading() as session:
        assert session.get_one(MarkRow, known["signals"]["detector"]).owner == "Vornak Ltd."
    signal = hashed(client)
    finding(owned, signal, row.id)
    ((match,),) = looked_up(client, signal).json().values()
    assert match["bank_content_id"] == added.json()["id"]
    address = f"/c/bank/COOP_A_NEW/content/{match['bank_content_id']}"
    assert client.delete(address).json() == {"deleted": 1}
    assert client.delete(address).json() == {"deleted": 0}


def test_content_at_an_address_is_added(owned: Service, marks_folder) -> None:
    owned.settings = replace(owned.settings, allowed_hosts=("127.0.0.1",))
    picture = (marks_folder / "ring.png").read_bytes()
    with a_shop({"ring.png": picture}) as shop, serving(owned) as client:
        added = client.post(
            "/c/bank/RING_S_HNE/content",
            params={"url": f"{shop}/ring.png"},
            json={"metadata": {"content_id": "7"}, "note": "n"},
        )
    assert added.json()["signals"] == {"detector": "ring_s_hne-7"}


def test_content_that_is_no_picture_is_refused(client: httpx.Client) -> None:
    address = "/c/bank/RING_S_HNE/content"
    wrong = client.post(address, files={"photo": ("a.png", b"nothing", "image/png")})
    assert wrong.status_code == 422
    assert client.post(address, files={"video": ("a.mp4", b"x", "video/mp4")}).status_code == 400
    assert client.post(address).status_code == 400
    missing = client.post("/c/bank/NONE/content", files={"photo": ("a.png", b"x", "image/png")})
    assert missing.status_code == 404


def test_coops_form_for_a_bank_finds_no_exchanges(client: httpx.Client) -> None:
    assert client.get("/c/exchanges/apis").json() == []
    assert client.get("/c/exchange/RING_S_HNE").status_code == 404


def test_other_signals_are_refused(client: httpx.Client) -> None:
    assert client.get("/m/lookup").status_code == 400
    other = {"signal_type": "pdq", "signal": "a" * 64}
    assert client.get("/m/lookup", params=other).status_code == 400
    assert client.get("/m/raw_lookup", params=other).status_code == 400
    assert looked_up(client, "unknown").status_code == 404


# Keys


def test_a_lookup_of_an_address_takes_a_picture_which_a_reader_may_not(owned: Service) -> None:
    """What else each role may, also with its key in the path, is in the table of roles."""
    with owned.database.writing() as session:
        key = add_key(session, "reader", "read_only", per_minute=0, now=NOON)
    asked = {"url": "http://x/"}
    with serving(owned, needs_keys=True) as client:
        assert client.get(f"/hma/{key}/c/banks").status_code == 200
        assert client.get(f"/hma/{key}/m/lookup", params=asked).status_code == 403
        bearer = {"Authorization": f"Bearer {key}"}
        assert client.get("/m/lookup", params=asked, headers=bearer).status_code == 403
