"""A light stand-in for the examination of an upload, which does what the picture's bytes say."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from detector.jobs.submission import from_request
from detector.records import Listing
from detector.serialise.jsonl import listing_to_json


def examine(request: str) -> list[bytes]:
    """Answer by the first word of the picture; `read` and `write` wait for each other at a FIFO.

    Pictures of a listing are noted in the file that its description names, if it names one.
    """
    submission, _ = from_request(request)
    assert isinstance(submission.photo, bytes)
    word, _, rest = submission.photo.partition(b" ")
    if submission.description:
        with Path(submission.description).open("a") as log:
            log.write(f"{submission.external_id} {submission.photo.decode()}\n")
    if word == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == b"hang":
        signal.pause()
    if word == b"garbage":
        return [b"{nothing", b""]
    if word == b"read":
        Path(rest.decode()).read_bytes()
    if word == b"write":
        Path(rest.decode()).write_bytes(b"-")
    if word == b"count":
        sum(range(int(rest)))
    if word == b"wait":  # as on a host whose cores are its own
        threading.Event().wait(float(rest))
    return [listing_to_json(Listing("", "ok", "pass", word.decode("latin-1"))).encode(), b""]
