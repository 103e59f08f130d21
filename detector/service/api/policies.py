"""Policies: versions, which of them decides, and what one would have decided in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from detector.records import Decision
from detector.service import dry_run, policies
from detector.service.api.callers import PlatformCaller, ServiceNeeded, only
from detector.service.api.problems import Problem, problems_of
from detector.service.storage.database import now_of
from detector.service.storage.policies import PolicyRow

router = APIRouter(tags=["policies"])

MOST_INSPECTIONS = 100_000
_LARGEST_VERSION = 2**31 - 1

_READERS = [Depends(only("platform", "read_only"))]
Version = Annotated[int, Path(ge=1, le=_LARGEST_VERSION, description="The number of a version.")]

_EXAMPLE_TEXT = """\
review = 0.5
block = 0.9

[[rule]]
decision = "block"
reason = "three confirmed findings in half a year"
score = 0.6
confirmed_findings = 3
days = 180
"""


class NewPolicy(BaseModel):
    """A further version: TOML as docs/policy.md describes it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"text": _EXAMPLE_TEXT, "note": "repeat offenders"}}
    )

    text: str = Field(max_length=policies.MOST_CHARACTERS)
    note: str = Field("", max_length=1000, description="Why, for those who read it later.")


class PolicyVersion(BaseModel):
    """A version of the policy; `in_use` for the one that decides."""

    version: int
    in_use: bool
    note: str
    author: str
    created_at: datetime
    used_since: datetime | None
    text: str


class PolicyPage(BaseModel):
    """Versions, the newest first; `next` is the `before` of the next page, None on the last."""

    policies: list[PolicyVersion]
    next: int | None


class DryRunRequest(BaseModel):
    """Which part of the past: the newest `most` inspections since a moment."""

    model_config = ConfigDict(json_schema_extra={"example": {"days": 30, "most": 10_000}})

    days: float = Field(30, gt=0, le=3650, description="How far back, in days.")
    most: int = Field(10_000, ge=1, le=MOST_INSPECTIONS)


class ChangedExample(BaseModel):
    """An inspection whose decision would have been another, and why."""

    id: str
    external_id: str
    title: str
    reasons: list[str]


class DecisionChange(BaseModel):
    """How many inspections would have gone from one decision to another, with the newest of them.

    Those whose decision stays are counted too, without examples.
    """

    before: Decision
    after: Decision
    count: int
    examples: list[ChangedExample]


class DryRunAnswer(BaseModel):
    """What a version would have decided; another program wrote `unreadable` inspections."""

    version: int
    inspections: int
    changed: int
    unreadable: int
    since: datetime
    oldest: datetime | None
    changes: list[DecisionChange]


@router.get(
    "/v1/policies",
    operation_id="listPolicies",
    dependencies=_READERS,
    summary="Versions of the policy",
    responses=problems_of(401, 403, 422, 429),
)
def list_policies(
    service: ServiceNeeded,
    before: Annotated[int | None, Query(ge=1, le=_LARGEST_VERSION)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PolicyPage:
    """List the versions, the newest first."""
    with service.database.writing() as session:  # a new service makes its first version
        in_use, _ = policies.policy_in_use(session)
        rows = policies.versions(session, before=before, most=limit + 1)
    more = rows[limit - 1].version if len(rows) > limit else None
    return PolicyPage(policies=[_version_of(row, in_use) for row in rows[:limit]], next=more)


@router.post(
    "/v1/policies",
    status_code=201,
    operation_id="addPolicy",
    summary="Add a version, which is not in use yet",
    responses=problems_of(401, 403, 422, 429),
)
def add_policy(service: ServiceNeeded, caller: PlatformCaller, new: NewPolicy) -> PolicyVersion:
    """Check a policy and keep it as a further version. A mistake is told with line and remedy."""
    with service.database.writing() as session:
        now = now_of(session)
        row = policies.add_policy(session, new.text, note=new.note, author=caller.name, now=now)
        in_use, _ = policies.policy_in_use(session)
    return _version_of(row, in_use)


@router.get(
    "/v1/policies/{version}",
    operation_id="getPolicy",
    dependencies=_READERS,
    summary="One version",
    responses=problems_of(401, 403, 404, 422, 429),
)
def get_policy(service: ServiceNeeded, version: Version) -> PolicyVersion:
    """Give one version with its text."""
    with service.database.writing() as session:
        in_use, _ = policies.policy_in_use(session)
        row = policies.find_policy(session, version)
    return _version_of(_found(row, version), in_use)


@router.post(
    "/v1/policies/{version}/use",
    operation_id="usePolicy",
    summary="Let a version decide from now on",
    responses=problems_of(401, 403, 404, 422, 429),
)
def use_policy(service: ServiceNeeded, caller: PlatformCaller, version: Version) -> PolicyVersion:
    """Take a version into use; an older one goes back to what it says. Past decisions stay."""
    with service.database.writing() as session:
        now = now_of(session)
        _found(policies.find_policy(session, version), version)
        row = policies.use_policy(session, version, author=caller.name, now=now)
    return _version_of(row, version)


@router.post(
    "/v1/policies/{version}/dry-run",
    operation_id="tryPolicy",
    dependencies=[Depends(only("platform"))],
    summary="What a version would have decided in the past",
    responses=problems_of(401, 403, 404, 422, 429),
)
def try_policy(service: ServiceNeeded, version: Version, asked: DryRunRequest) -> DryRunAnswer:
    """Decide past inspections once more, from their stored results; nothing is changed."""
    with service.database.reading() as session:
        row = _found(policies.find_policy(session, version), version)
        policy = policies.read(row.text, f"policy {version}")
        since = now_of(session) - timedelta(days=asked.days)
        found = dry_run.dry_run(session, policy, since=since, most=asked.most)
    return _answer_of(found, version, since)


def _found(row: PolicyRow | None, version: int) -> PolicyRow:
    if row is None:
        raise Problem(404, f"there is no policy {version}")
    return row


def _version_of(row: PolicyRow, in_use: int) -> PolicyVersion:
    return PolicyVersion(
        version=row.version,
        in_use=row.version == in_use,
        note=row.note,
        author=row.author,
        created_at=row.created_at,
        used_since=row.used_since,
        text=row.text,
    )


def _answer_of(found: dry_run.DryRun, version: int, since: datetime) -> DryRunAnswer:
    changes = sorted(found.changes.values(), key=lambda one: (one.before == one.after, -one.count))
    return DryRunAnswer(
        version=version,
        inspections=found.inspections,
        changed=found.changed,
        unreadable=found.unreadable,
        since=since,
        oldest=found.oldest,
        changes=[
            DecisionChange(
                before=one.before,
                after=one.after,
                count=one.count,
                examples=[
                    ChangedExample(
                        id=each.id,
                        external_id=each.external_id,
                        title=each.title,
                        reasons=each.reasons,
                    )
                    for each in one.examples
                ],
            )
            for one in changes
        ],
    )
