"""Would this mark cause false alarms? It is searched for, alone, in past photos of the store."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detector.errors import MarkError
from detector.index.manifest import read_manifest
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.marks.source import MarkSource
from detector.pictures.worker import KillableWorker
from detector.pipeline.import_marks import import_marks
from detector.records import Decision, Listing
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.service.mark_catalogue import mark_of, pictures_of
from detector.service.mark_pictures import lay_out
from detector.service.service import Service
from detector.service.storage.inspections import InspectionRow, PictureRow
from detector.service.storage.marks import MarkRow
from detector.settings import Settings

MOST_PHOTOS = 100
MOST_SECONDS = 120.0
_INDEX_SECONDS = 300.0
_SETTINGS = TypeAdapter(Settings)


@dataclass(frozen=True, slots=True)
class PastPhoto:
    """A photo in the store: its SHA-256, and the id of the last inspection that had it."""

    digest: str
    inspection: str


@dataclass(frozen=True, slots=True)
class TrialFinding:
    """A past photo in which a mark is found, and the highest score there, 0..1."""

    photo: PastPhoto
    score: float
    decision: Decision


@dataclass(slots=True)
class Trial:
    """How a mark does among past photos.

    `photos` were examined, `unread` could not be; `complete` is False where the time was up before
    all that were wanted.
    """

    photos: int = 0
    unread: int = 0
    complete: bool = True
    found: list[TrialFinding] = field(default_factory=list)


def past_photos(session: Session, most: int) -> list[PastPhoto]:
    """The last `most` photos that were inspected, each once, the newest first."""
    last = func.max(PictureRow.inspection).label("last")
    recent = (
        select(PictureRow.digest, last)
        .where(PictureRow.digest != "")
        .group_by(PictureRow.digest)
        .order_by(last.desc())
        .limit(most)
        .subquery()
    )
    query = select(recent.c.digest, InspectionRow.id).join(
        InspectionRow, InspectionRow.number == recent.c.last
    )
    return [
        PastPhoto(digest, inspection)
        for digest, inspection in session.execute(query.order_by(recent.c.last.desc()))
    ]


def try_mark(
    service: Service,
    row: MarkRow,
    photos: Sequence[PastPhoto],
    *,
    seconds: float = MOST_SECONDS,
) -> Trial:
    """Search for a mark alone in past photos, in processes that may be killed, for so long.

    Photos that are no longer in the store are left out. Raises `MarkError` where the mark cannot
    be described.
    """
    trial, ends = Trial(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="detector-trial-") as name:
        folder = Path(name)
        config = _indexed(service, row, folder)
        kept = [photo for photo in photos[:MOST_PHOTOS] if service.pictures.has(photo.digest)]
        with closing(scan(_written(service, kept, folder), config)) as listings:
            for photo, listing in zip(kept, listings, strict=False):
                _add(trial, photo, listing)
                if time.monotonic() > ends:
                    break
        trial.complete = trial.photos + trial.unread == len(kept)
    return trial


def index_alone(request: str) -> list[bytes]:
    """Make the index of one mark, as a JSON request says: what the child process runs.

    Answers with the problem of a mark that cannot be described, else with "".
    """
    values = json.loads(request)
    mark = mark_of(values["id"], values["record"])
    source = MarkSource(mark, tuple(map(Path, values["pictures"])), values["id"])
    try:
        import_marks(Path(values["index"]), [source], _SETTINGS.validate_python(values["settings"]))
    except MarkError as error:
        return [error.message.encode()]
    return [b""]


def _indexed(service: Service, row: MarkRow, folder: Path) -> ScanConfig:
    """Make the index of a mark alone in a folder, and say how photos are examined with it."""
    settings, index = service.settings.detection, folder / "index"
    source = lay_out(mark_of(row.id, row.record), pictures_of(service, row), folder / "mark")
    request = {
        "id": row.id,
        "record": row.record,
        "pictures": list(map(str, source.pictures)),
        "index": str(index),
        "settings": _SETTINGS.dump_python(settings, mode="json"),
    }
    with KillableWorker(index_alone) as worker:
        try:
            (answer,) = worker.call(json.dumps(request), _INDEX_SECONDS)
        except OSError as error:
            remedy = "Check its pictures."
            raise MarkError("the mark cannot be described", place=row.id, remedy=remedy) from error
    if problem := answer.tobytes().decode():
        raise MarkError(problem, place=row.id, remedy="Replace the picture.")
    scorer, generation = default_scorer(), read_manifest(index).generation
    return ScanConfig(index, generation, settings, scorer, Policy(), scorer.threshold)


def _written(service: Service, photos: Sequence[PastPhoto], folder: Path) -> Iterator[Path]:
    """Each photo as a file, from its turn on."""
    for photo in photos:
        path = folder / photo.digest
        path.write_bytes(service.pictures.get(photo.digest))
        yield path


def _add(trial: Trial, photo: PastPhoto, listing: Listing) -> None:
    if listing.status not in ("ok", "partial"):
        trial.unread += 1
        return
    trial.photos += 1
    if listing.findings:
        score = max(finding.score for finding in listing.findings)
        trial.found.append(TrialFinding(photo, score, listing.decision))
