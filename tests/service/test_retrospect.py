"""A mark is searched for in past uploads by their kept features, without their pictures."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from detector.errors import StorageError, UsageError
from detector.jobs.scan_config import ScanConfig
from detector.jobs.submission import to_request
from detector.pictures.worker import WorkerCrash
from detector.pipeline.detector import Detector
from detector.records import Submission
from detector.serialise.jsonl import listing_from_json
from detector.service import redescribe, retrospect
from detector.service.examine import examine_upload
from detector.service.keys import OPERATOR, add_key
from detector.service.photo_features import forget_features, keep_features
from detector.service.redescribe import features_of_service
from detector.service.retrospect import run_due
from detector.service.retrospect_requests import ask_for_retrospect, list_retrospects
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.events import EventRow
from detector.service.storage.inspections import FindingRow, InspectionRow, PictureRow
from detector.service.storage.pictures import PictureStore
from detector.service.storage.retrospects import PhotoFeaturesRow, RetrospectRow
from tests.jobs.shop import CONFIG
from tests.service.past import add_inspection, add_mark
from tests.service.serving import serving

Upload = tuple[bytes, str, bytes]
"""A photo, its listing as a line, and its kept features."""


@pytest.fixture(scope="session")
def uploads(small_index: Path, photo_of: Callable[..., bytes]) -> list[Upload]:
    """Three photos as they are uploaded and inspected: of the mark "vornak", clean, of "ring"."""
    config = ScanConfig.of(Detector.open(small_index), small_index).to_text()
    photos = [photo_of("vornak"), photo_of("", 1), photo_of("ring", 2)]
    answers = (examine_upload(to_request(Submission(photo), config)) for photo in photos)
    return [
        (photo, line.decode(), blob) for photo, (line, blob) in zip(photos, answers, strict=True)
    ]


class InProcess:
    """Stands in for `WorkerPool` where no process is meant to crash: starting one takes seconds."""

    def __init__(self, examine, jobs: int, seconds: float) -> None:
        self._examine = examine

    def __enter__(self):
        return self

    def __exit__(self, *trouble: object) -> None:
        pass

    def submit(self, request: str, config: ScanConfig) -> Future[list[bytes]]:
        future = Future[list[bytes]]()
        future.set_result(self._examine(request))
        return future


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrospect, "WorkerPool", InProcess)
    monkeypatch.setattr(redescribe, "WorkerPool", InProcess)


def remember(service: Service, upload: Upload, **fields) -> InspectionRow:
    """An inspection of an upload in the past, as it was before the index had any mark in it."""
    photo, line, blob = upload
    blank = replace(listing_from_json(line), findings=(), scores=(), decision="pass")
    digest = service.pictures.put(photo)
    with service.database.writing() as session:
        now = now_of(session)
        row = add_inspection(session, now - timedelta(days=9), [blank], **fields)
        row.pictures.append(PictureRow(position=1, digest=digest))
        if blob:
            made_with = features_of_service(service)
            store = service.pictures
            keep_features(session, store, digest, blob, described_with=made_with, now=now)
    service.pictures.remove([digest])
    return row


def ask(service: Service, mark: str = "vornak", owner: str = "Vornak Ltd") -> RetrospectRow:
    with service.database.writing() as session:
        row = add_mark(session, now_of(session), mark, owner=owner)
        return ask_for_retrospect(session, row, now=now_of(session))


def result(service: Service) -> RetrospectRow:
    with service.database.reading() as session:
        return session.scalars(select(RetrospectRow)).one()


def test_an_upload_is_inspected_and_its_features_kept_at_once(
    uploads: list[Upload], small_index: Path
) -> None:
    for (_, line, blob), mark in zip(uploads, ["vornak", None, "ring"], strict=True):
        found = [finding.mark for finding in listing_from_json(line).findings]
        assert found == ([mark] if mark else [])
        assert 1_000 < len(blob) < 200_000
    config = ScanConfig.of(Detector.open(small_index), small_index).to_text()
    line, blob = examine_upload(to_request(Submission(b"no picture"), config))
    assert listing_from_json(line.decode()).status == "error"
    assert blob == b""


def test_a_mark_is_found_in_past_uploads_whose_pictures_are_gone(
    service: Service, uploads: list[Upload]
) -> None:
    shown = remember(service, uploads[0], seller="me")
    for upload in uploads[1:]:
        remember(service, upload)
    ask(service)
    assert run_due(service, jobs=2)
    assert not run_due(service)
    row = result(service)
    assert (row.state, row.total, row.photos, row.missing) == ("done", 3, 3, 0)
    assert (row.found, row.findings) == (1, 1)
    with service.database.reading() as session:
        (finding,) = session.scalars(select(FindingRow)).all()
        (event,) = session.scalars(select(EventRow).filter_by(kind="retrospect.done")).all()
        past = session.get_one(InspectionRow, shown.number)
        details = finding.details
    (inspected,) = listing_from_json(uploads[0][1]).findings
    assert (finding.inspection, finding.mark, finding.picture) == (shown.number, "vornak", 1)
    assert (finding.origin, finding.state, finding.level) == ("retrospect", "open", "block")
    assert finding.fingerprint == inspected.fingerprint
    assert finding.score == pytest.approx(inspected.score, abs=0.05)
    assert details["box"] == pytest.approx(inspected.box, abs=4)
    assert (event.owner, event.data["found"]) == ("Vornak Ltd", 1)
    assert past.decision == "pass"


@pytest.mark.usefixtures("in_process")
def test_every_inspection_with_the_photo_has_the_finding_once(
    service: Service, uploads: list[Upload]
) -> None:
    rows = [remember(service, uploads[0]) for _ in range(2)]
    unfinished = remember(service, uploads[0], state="queued", decision=None)
    ask(service)
    assert run_due(service)
    with service.database.writing() as session:
        found = session.scalars(select(FindingRow.inspection)).all()
        again = ask_for_retrospect(
            session, add_mark(session, now_of(session), "ring"), now=now_of(session)
        )
        again.mark = "vornak"
    assert sorted(found) == [row.number for row in rows]
    assert unfinished.number not in found
    assert run_due(service)
    with service.database.reading() as session:
        assert len(session.scalars(select(FindingRow)).all()) == 2


@pytest.mark.usefixtures("in_process")
def test_photos_of_other_settings_are_described_again_while_they_are_kept(
    service: Service, uploads: list[Upload]
) -> None:
    remember(service, (uploads[0][0], uploads[0][1], b""))  # gone, as its features
    remember(service, (uploads[2][0], uploads[2][1], b""))
    kept = service.pictures.put(uploads[2][0])
    with service.database.writing() as session:
        now = now_of(session)
        keep_features(session, service.pictures, kept, b"old", described_with="other", now=now)
    ask(service, "ring")
    assert run_due(service)
    row = result(service)
    assert (row.state, row.photos, row.missing, row.found) == ("done", 1, 1, 1)


@pytest.mark.usefixtures("in_process")
def test_features_that_are_damaged_or_gone_cost_no_other_photo(
    service: Service, uploads: list[Upload]
) -> None:
    remember(service, uploads[0])
    photo, line, blob = uploads[2]
    for number, wrong in enumerate((b"nonsense", blob[:-9], blob[:40], blob + b"more")):
        remember(service, (photo + bytes([number]), line, wrong))
    with service.database.reading() as session:
        gone = session.scalars(select(PhotoFeaturesRow.blob)).all()[-1]
    service.pictures.remove([gone])
    ask(service)
    assert run_due(service)
    row = result(service)
    assert (row.state, row.photos, row.missing, row.found) == ("done", 1, 4, 1)


@pytest.mark.usefixtures("in_process")
def test_while_the_store_fails_the_retrospect_waits(
    service: Service, uploads: list[Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: PictureStore, digest: str) -> bytes:
        raise StorageError("the store is away")

    remember(service, uploads[0])
    ask(service)
    with monkeypatch.context() as broken:
        broken.setattr(PictureStore, "get", fail)
        assert run_due(service)
    row = result(service)
    assert (row.state, row.photos, row.missing) == ("queued", 0, 0)
    assert "the store is away" in row.error


@pytest.mark.usefixtures("in_process")
def test_a_retrospect_that_is_interrupted_goes_on_where_it_stopped(
    service: Service, uploads: list[Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrospect, "CHUNK", 1)
    for upload in uploads:
        remember(service, upload)
    ask(service)
    stop, write = threading.Event(), retrospect._Run._write

    def write_and_stop(run, rows, answer) -> None:
        write(run, rows, answer)
        stop.set()

    monkeypatch.setattr(retrospect._Run, "_write", write_and_stop)
    assert run_due(service, stop=stop)
    row = result(service)
    assert (row.state, row.lease) == ("queued", None)
    begun = row.photos
    assert 0 < begun < 3
    monkeypatch.setattr(retrospect._Run, "_write", write)
    assert run_due(service)
    row = result(service)
    assert (row.state, row.photos, row.found) == ("done", 3, 1)


def test_photos_that_crash_a_process_are_searched_apart() -> None:
    """Halves of a chunk are searched alone, down to the photo that is the reason."""

    def search(request: str) -> list[bytes]:
        digests = [digest for digest, _ in json.loads(request)["photos"]]
        if "bad" in digests:
            raise WorkerCrash(-9)
        return [json.dumps({"found": {}, "unreadable": []}).encode()]

    class Crashing(InProcess):
        def submit(self, request: str, config: ScanConfig) -> Future[list[bytes]]:
            future = Future[list[bytes]]()
            try:
                future.set_result(search(request))
            except WorkerCrash as crash:
                future.set_exception(crash)
            return future

    chunks = retrospect._Chunks("", Crashing(search, 1, 1.0), CONFIG, "vornak")
    photos = [(name, "") for name in ("a", "b", "bad", "c", "d")]
    assert chunks._answer(photos, chunks._submit(photos)).unreadable == ("bad",)
    with pytest.raises(UsageError, match="no photo of a chunk"):
        chunks._answer([("bad", ""), ("bad", "")], chunks._submit([("bad", "")]))


@pytest.mark.usefixtures("in_process")
def test_what_a_dead_process_left_is_taken_over_once_its_lease_has_ended(
    service: Service, uploads: list[Upload]
) -> None:
    remember(service, uploads[0])
    ask(service)
    with service.database.writing() as session:
        late = now_of(session) + timedelta(minutes=5)
        session.execute(update(RetrospectRow).values(state="running", lease="a", due_at=late))
    assert not run_due(service)
    with service.database.writing() as session:
        session.execute(update(RetrospectRow).values(due_at=now_of(session)))
    assert run_due(service)
    assert result(service).state == "done"


@pytest.mark.usefixtures("in_process")
def test_a_mark_that_the_index_lacks_is_waited_for_and_then_parked(service: Service) -> None:
    ask(service, "unknown")
    for attempt in range(1, service.settings.queue.attempts + 1):
        assert run_due(service)
        row = result(service)
        assert row.attempts == attempt
        with service.database.writing() as session:
            session.execute(update(RetrospectRow).values(due_at=now_of(session)))
    assert row.state == "failed"
    assert "does not hold unknown yet" in row.error
    assert not run_due(service)


def test_features_are_forgotten_with_their_photos(service: Service, uploads: list[Upload]) -> None:
    first = remember(service, uploads[0])
    remember(service, uploads[1])
    with service.database.writing() as session:
        digest = session.get_one(InspectionRow, first.number).pictures[0].digest
        unused = forget_features(session, [digest])
        left = session.scalars(select(PhotoFeaturesRow.digest)).all()
    assert len(unused) == 1
    assert service.pictures.has(unused[0])
    assert len(left) == 1
    assert digest not in left


@pytest.mark.usefixtures("in_process")
def test_over_http(service: Service, uploads: list[Upload]) -> None:
    remember(service, uploads[0])
    with service.database.writing() as session:
        now = now_of(session)
        add_mark(session, now, "vornak", owner="Vornak Ltd")
        add_mark(session, now, "ring", "off")
    with serving(service) as client:
        asked = client.post("/v1/marks/vornak/retrospect")
        assert asked.status_code == 202
        again = client.post("/v1/marks/vornak/retrospect").json()
        assert again["id"] == asked.json()["id"]
        assert client.post("/v1/marks/ring/retrospect").status_code == 409
        assert client.post("/v1/marks/none/retrospect").status_code == 404
        assert run_due(service)
        done = client.get(f"/v1/retrospects/{again['id']}").json()
        assert (done["state"], done["found"], done["findings"]) == ("done", 1, 1)
        page = client.get("/v1/retrospects?mark=vornak&limit=1").json()
        assert [one["id"] for one in page["retrospects"]] == [again["id"]]
        assert page["next"] is None
        assert client.get("/v1/retrospects?mark=ring").json()["retrospects"] == []


@pytest.mark.parametrize(
    ("role", "party", "asks", "sees"),
    [
        ("platform", "", 202, 200),
        ("read_only", "", 403, 200),
        ("rights_holder", "Vornak Ltd", 202, 200),
        ("rights_holder", "Octavine SA", 404, 404),
        ("seller", "me", 403, 404),
    ],
)
def test_who_may(service: Service, role, party: str, asks: int, sees: int) -> None:
    row = ask(service)
    with service.database.writing() as session:
        key = add_key(session, "k", role, party, per_minute=0, now=now_of(session))
    with serving(service, key=key, needs_keys=True) as client:
        assert client.post("/v1/marks/vornak/retrospect").status_code == asks
        assert client.get(f"/v1/retrospects/{row.id}").status_code == sees
        listed = client.get("/v1/retrospects").json()["retrospects"]
    assert len(listed) == (1 if sees == 200 else 0)
    with service.database.reading() as session:
        assert len(list_retrospects(session, OPERATOR)) == 1
