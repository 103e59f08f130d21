"""Log records of the service: what they name, and what never stands in them."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from detector.cli.logging_setup import logging_to_stderr
from detector.service.api.app import create_app
from detector.service.api.listening import listening_socket
from detector.service.keys import PREFIX
from detector.service.log import ServiceRecords, about_inspection, service_logging
from detector.service.request_id import REQUEST_ID
from detector.service.service import Service
from detector.service.storage.database import Database

LOG = logging.getLogger("detector.service.somewhere")
KEY = PREFIX + "Abcdefgh-jklmnop_rstuvwx1234567890ABCDEFGHI"


@pytest.fixture(params=["json", "text"])
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    with logging_to_stderr("debug", request.param), service_logging():
        yield request.param


@pytest.fixture
def json_logs() -> Iterator[None]:
    with logging_to_stderr("info", "json"), service_logging():
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_record_names_its_request_and_inspection(json_logs: None, capsys) -> None:
    token = REQUEST_ID.set("r1")
    with about_inspection("i1"):
        LOG.info("done", extra={"seconds": 0.5})
    REQUEST_ID.reset(token)
    LOG.info("idle")
    first, second = lines(capsys)
    assert (first["request_id"], first["inspection"], first["seconds"]) == ("r1", "i1", 0.5)
    assert not {"request_id", "inspection"} & second.keys()


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (f"refused {KEY}", {}),
        ("refused %s", {}),
        ("refused", {"header": f"Bearer {KEY}"}),
        ("refused", {"headers": {"authorization": f"bearer {KEY}"}}),
        ("refused", {"headers": [("authorization", KEY)]}),
    ],
)
def test_no_key_is_written(form: str, capsys, message: str, fields: dict[str, Any]) -> None:
    LOG.warning(message, *([KEY] if "%" in message else []), extra=fields)
    written = capsys.readouterr().err
    assert "refused" in written
    assert "***" in written
    assert "Abcdefgh" not in written


@pytest.mark.parametrize(
    "secret",
    ["whsec_c2VjcmV0LXNlY3JldA==", "postgresql://me:hunter22@host/name", "Basic aHVudGVyMjI="],
)
def test_no_secret_of_others_is_written(form: str, capsys, secret: str) -> None:
    LOG.error("connecting to %s", secret)
    written = capsys.readouterr().err
    assert "connecting" in written
    assert not any(part in written for part in ("c2VjcmV0", "hunter22", "aHVudGVyMjI"))


@pytest.mark.parametrize("value", [b"\xff\xd8picture", bytearray(b"picture"), [b"picture"]])
def test_no_picture_is_written(form: str, capsys, value: Any) -> None:
    LOG.info("got it", extra={"data": value, "more": {"data": value}})
    LOG.info("got %s", value)
    written = capsys.readouterr().err
    assert written.count("got") == 2
    assert "picture" not in written


def test_texts_are_cut(form: str, capsys) -> None:
    LOG.info("title %s", "word " * 5000, extra={"description": "word " * 5000})
    assert 400 < len(capsys.readouterr().err) < 2000


def test_numbers_of_a_message_stay_numbers(json_logs: None, capsys) -> None:
    LOG.info("%d pictures in %.1f s", 3, 0.25)
    LOG.info("%(count)d pictures", {"count": 3})
    assert [line["message"] for line in lines(capsys)] == ["3 pictures in 0.2 s", "3 pictures"]


def test_an_error_of_the_database_repeats_nothing_of_the_upload(
    database: Database, form: str, capsys
) -> None:
    secret = "what a seller wrote"
    with pytest.raises(SQLAlchemyError) as caught, database.reading() as session:
        session.execute(text("SELECT :value FROM nothing"), {"value": secret})
    LOG.error("failed", exc_info=caught.value)
    written = capsys.readouterr().err
    assert "nothing" in written
    assert secret not in written


def test_a_traceback_has_no_key(form: str, capsys) -> None:
    LOG.error("failed", exc_info=ValueError(f"bad key {KEY}"))
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "Abcdefgh" not in written


@given(st.text(), st.one_of(st.text(), st.binary(), st.lists(st.binary())))
def test_any_record_can_be_written(message: str, value: Any) -> None:
    record = logging.makeLogRecord({"msg": message, "args": (), "value": value})
    assert ServiceRecords().filter(record)
    assert record.getMessage() == record.msg
    assert isinstance(record.value, str)


def test_requests_are_logged_in_the_same_form(service: Service, json_logs: None, capsys) -> None:
    config = uvicorn.Config(create_app(service, needs_keys=False), log_config=None)
    server = uvicorn.Server(config)
    with listening_socket("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        host, port = listening.getsockname()
        httpx.get(f"http://{host}:{port}/v1/nothing?title=what+somebody+wrote")
        server.should_exit = True
        thread.join(30)
    written = lines(capsys)
    (request,) = [line for line in written if line["message"] == "request"]
    assert request["logger"] == "detector.service.uvicorn.access"
    assert (request["method"], request["path"], request["status"]) == ("GET", "/v1/nothing", 404)
    assert request["client"] == "127.0.0.1"
    assert "wrote" not in json.dumps(written)
    assert any("Started server process" in line["message"] for line in written)


def test_afterwards_logging_is_as_before() -> None:
    other = logging.getLogger("uvicorn")
    before = (other.level, other.propagate, list(other.handlers))
    with logging_to_stderr("debug", "json"), service_logging():
        assert other.handlers != before[2]
    assert (other.level, other.propagate, list(other.handlers)) == before
