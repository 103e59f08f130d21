"""Generations of the reference index: made from the marks in the database, one after another.

The builder works on a copy of the newest generation, beside it, sends its new files to the store,
and ends with one transaction that adds the generation. Whenever it is killed, the former generation
stays in use, and the next build begins anew.
"""

from __future__ import annotations

import math
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from detector.channels.registry import resolved
from detector.errors import MarkError, UsageError
from detector.index.lock import writer_lock
from detector.index.manifest import MANIFEST, read_manifest
from detector.index.store import ReferenceIndex, remove, update_marks
from detector.pipeline.distinctiveness import distinctiveness
from detector.pipeline.import_marks import import_marks, stored_with
from detector.pipeline.upgrade_index import upgrade_index
from detector.service.events import record
from detector.service.index_copies import copies_of, index_at, link_tree, publish
from detector.service.mark_catalogue import LAST_MARK, digest_of, mark_of, pictures_of
from detector.service.mark_pictures import lay_out
from detector.service.old_generations import forget_old_files
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.marks import GenerationRow, MarkRow

_BUILDER_LOCK = 0x696E6478
_BUILD = "build-"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a build has to do: `base` is the generation that it begins with.

    `rows` are all marks that it takes up: `described` those that the index shall have with other
    pictures, `updated` those of which only fields have changed, `removed` the ids of the others.
    """

    base: GenerationRow | None
    rows: Sequence[MarkRow]
    described: list[MarkRow]
    updated: list[MarkRow]
    removed: list[str]


@dataclass(slots=True)
class _Built:
    """A finished index in the store: its generation, the SHA-256 of its manifest, its marks.

    `problems` say by mark what could not be indexed, `distinct` how distinctive those are that were
    described.
    """

    generation: str = ""
    manifest: str = ""
    marks: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    distinct: dict[str, dict[str, Any]] = field(default_factory=dict)


def current_generation(session: Session) -> GenerationRow | None:
    """The generation in use; None before the first."""
    return session.scalars(
        select(GenerationRow).order_by(GenerationRow.number.desc()).limit(1)
    ).first()


def index_is_due(session: Session) -> bool:
    """Whether there are marks that the index does not hold as they are now."""
    return (
        session.scalars(select(MarkRow.id).filter_by(index_due=True).limit(1)).first() is not None
    )


def rebuild_index(service: Service, reason: str = "") -> GenerationRow:
    """Bring the index to what the marks say, and return the generation, which may be the former.

    One builder works at a time, whatever the host; another waits. Only marks that have changed are
    described, or all where the settings or models are others than those of the index. A mark that
    cannot be described keeps what the index had, and its row says why.

    Raises `UsageError` where no mark is in use, what `index_at` raises, and `MarkError` where none
    of the first marks can be described. The generation in use stays then.
    """
    with _only_builder(service):
        while True:
            try:
                return _rebuild(service, reason)
            except IntegrityError:  # the lock was lost with its connection, and another was faster
                continue


def _rebuild(service: Service, reason: str) -> GenerationRow:
    with service.database.reading() as session:
        plan = _plan(session)
    folder = copies_of(service) / f"{_BUILD}{secrets.token_hex(8)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{_BUILD}*"):  # by a builder that was killed
        shutil.rmtree(left)
    try:
        if plan.base is not None:
            link_tree(index_at(service, plan.base.generation), folder)
            if not plan.rows and _is_current(service, folder):
                return plan.base
        built = _build(service, plan, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with service.database.writing() as session:
        row = _commit(session, plan, built, reason)
    forget_old_files(service)
    return row


def _plan(session: Session) -> _Plan:
    in_use = select(func.count()).where(MarkRow.state != "off", MarkRow.deleted_at.is_(None))
    if not session.scalar(in_use):
        remedy = "Add a mark with its pictures."
        raise UsageError(f"there is no mark in use: {LAST_MARK}", remedy=remedy)
    due = session.scalars(
        select(MarkRow)
        .filter_by(index_due=True)
        .options(selectinload(MarkRow.pictures))
        .order_by(MarkRow.id)
    ).all()
    base = current_generation(session)
    wanted = [row for row in due if _is_wanted(row)]
    updated = [row for row in wanted if base and row.described == digest_of(row.pictures)]
    described = [row for row in wanted if row not in updated]
    return _Plan(base, due, described, updated, [row.id for row in due if not _is_wanted(row)])


def _is_wanted(row: MarkRow) -> bool:
    return row.state != "off" and row.deleted_at is None


def _is_current(service: Service, folder: Path) -> bool:
    """Whether an index was made with the settings and models of this service."""
    return read_manifest(folder).settings == stored_with(resolved(service.settings.detection))


def _build(service: Service, plan: _Plan, folder: Path) -> _Built:
    """Build the index in `folder`, which holds the base, and send it to the store."""
    built = _Built()
    if plan.base is not None and not _is_current(service, folder):
        upgrade_index(folder, service.settings.detection)
    if plan.updated:
        update_marks(folder, [mark_of(row.id, row.record) for row in plan.updated])
    _import(service, plan.described, folder, built)
    if plan.removed and (folder / MANIFEST).exists():
        remove(folder, plan.removed)
    if not (folder / MANIFEST).exists():
        remedy = "Give it another picture."
        mark, problem = next(iter(built.problems.items()))
        raise MarkError(problem, place=mark, remedy=remedy)
    with ReferenceIndex.open(folder) as index:
        built.generation, built.marks = index.generation, len(index.marks)
        built.distinct = _distinct(index, {row.id for row in plan.described})
    built.manifest = publish(service.references, folder)
    return built


def _import(service: Service, rows: Sequence[MarkRow], folder: Path, built: _Built) -> None:
    """Put the marks of rows into the index in `folder`, and note which could not be described."""
    if not rows:
        return
    pictures = folder.with_name(f"{folder.name}-pictures")
    places = {str(pictures / str(number)): row for number, row in enumerate(rows)}

    def tell(problem: MarkError) -> None:
        row = next(row for place, row in places.items() if _is_at(problem.place, place))
        built.problems.setdefault(row.id, problem.message)

    try:
        sources = [
            lay_out(mark_of(row.id, row.record), pictures_of(service, row), Path(place))
            for place, row in places.items()
            if _has_pictures(service, row, built)
        ]
        if sources:
            import_marks(folder, sources, service.settings.detection, on_problem=tell)
    except MarkError:
        if len(built.problems) < len(rows) or not (folder / MANIFEST).exists():
            raise  # else none of them could be described, and the index keeps what it had
    finally:
        shutil.rmtree(pictures, ignore_errors=True)


def _has_pictures(service: Service, row: MarkRow, built: _Built) -> bool:
    """Whether the store has the pictures of a mark; one that is gone costs no other mark."""
    gone = [one.name for one in row.pictures if one.used and not service.references.has(one.digest)]
    if gone:
        built.problems[row.id] = f"the picture {gone[0]} is gone from the store"
    return not gone


def _is_at(place: str, folder: str) -> bool:
    return place == folder or place.startswith(f"{folder}/")


def _distinct(index: ReferenceIndex, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """How distinctive the wanted marks of an index are."""
    if not wanted:
        return {}
    found = distinctiveness(index)
    return {
        mark.id: {
            "cosine": _number(found.cosines[row]),
            "sigmas": _number(found.sigmas[row]),
            "common": found.is_common(row),
        }
        for row, mark in enumerate(index.marks)
        if mark.id in wanted
    }


def _number(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def _commit(session: Session, plan: _Plan, built: _Built, reason: str) -> GenerationRow:
    """Add the generation, and say of the marks that the index holds them.

    Raises `IntegrityError` where another builder has added one meanwhile.
    """
    base, now = plan.base, now_of(session)
    for taken in plan.rows:
        row = session.get_one(MarkRow, taken.id, with_for_update=True)
        _note_indexed(row, taken, built)
    if base is not None and built.generation == base.generation:
        return base
    added = GenerationRow(
        number=base.number + 1 if base else 1,
        generation=built.generation,
        manifest=built.manifest,
        marks=built.marks,
        reason=reason,
        created_at=now,
    )
    session.add(added)
    session.flush()
    data = {"generation": built.generation, "marks": built.marks, "reason": reason}
    record(session, "index.changed", data, now=now)
    return added


def _note_indexed(row: MarkRow, taken: MarkRow, built: _Built) -> None:
    """Say of a mark what the index has of it; `taken` is its row as it was when the build began."""
    row.index_due = row.revision != taken.revision  # changed again meanwhile
    row.index_problem = built.problems.get(row.id, "")
    row.distinctiveness = built.distinct.get(row.id, row.distinctiveness)
    is_described = _is_wanted(taken) and not row.index_problem
    row.described = digest_of(taken.pictures) if is_described else ""


@contextmanager
def _only_builder(service: Service) -> Iterator[None]:
    """Wait until no other process, of any host, builds the index.

    The database, or on SQLite the system, ends the wait of others when this process dies.
    """
    if service.database.is_sqlite:
        folder = copies_of(service) / "builder"
        folder.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder, math.inf):
            yield
        return
    engine = service.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.detach()  # so that closing it frees the lock, whatever has happened
        connection.execute(select(func.pg_advisory_lock(_BUILDER_LOCK)))
        yield
