"""Fetches pictures for strangers: from allowed hosts, and from the public network alone.

Who may name an address must not reach what only this machine can: services of the same host, of the
private network, or of a cloud's metadata. So every address is looked up once, checked, and then
connected to as it was checked: an answer of DNS that changes between both does no harm.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from functools import partial
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from detector.pictures.fetch import SAFE, OnlyTo, check_host
from detector.public_addresses import resolve

_CHUNK = 1 << 16


def fetch_public(uri: str, hosts: Collection[str], max_bytes: int, seconds: float) -> bytes:
    """Fetch an address whose host is one of `hosts`, within `seconds` in all.

    The host is reached at public addresses alone, unless `hosts` names it by its address.
    The same holds for redirections. Proxies are not used. Raises OSError for what cannot be
    fetched, and for more than `max_bytes` bytes.
    """
    check_host(uri, hosts)
    request = Request(quote(uri, safe=SAFE), headers={"User-Agent": "detector"})
    with _Connections(seconds) as connections:
        opener = build_opener(
            ProxyHandler({}), OnlyTo(hosts), _Http(connections), _Https(connections)
        )
        try:
            with opener.open(request, timeout=seconds) as answer:
                data = bytes(answer.read(max_bytes + 1))
        except HTTPError as error:
            error.close()
            raise OSError(f"its server answers {error.code}") from error
        except URLError as error:
            raise _reason_of(error) from error
        except (HTTPException, ValueError) as error:  # an answer or address that makes no sense
            connections.check_time()
            raise OSError(f"{type(error).__name__}: {error}") from error
        connections.check_time()
    if len(data) > max_bytes:
        raise OSError(f"more than {max_bytes:,} bytes")
    return data


def _reason_of(error: URLError) -> OSError:
    """The error itself, without the clothes in which urllib puts what a connection raises."""
    return error.reason if isinstance(error.reason, OSError) else error


def _is_address(host: str) -> bool:
    """Whether an allowed host is an address itself: then it was meant, private or not."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class _Connections:
    """The connections of one fetch. They are cut when its time is over. Lifetime: the context."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._open: list[socket.socket] = []
        self._late = threading.Event()
        self._timer = threading.Timer(seconds, self._cut)

    def __enter__(self) -> _Connections:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def connect(self, place: tuple[str, int], timeout: float, *_: object) -> socket.socket:
        """Connect to the first address of a host that answers.

        Raises PermissionError where an address of the host is not public, another OSError where
        none answers.
        """
        self.check_time()
        host, port = place
        failure = OSError()
        for address in resolve(host, port, private=_is_address(host)):
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
        raise failure

    def keep(self, connection: socket.socket) -> None:
        """Cut this connection too when the time is over."""
        self._open.append(connection)
        self.check_time()

    def check_time(self) -> None:
        """Raise TimeoutError when the time is over."""
        if self._late.is_set():
            raise TimeoutError(f"not there within {self._seconds:g} s")

    def _cut(self) -> None:
        self._late.set()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _HttpConnection(http.client.HTTPConnection):
    def __init__(self, *arguments: Any, connections: _Connections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._connections = connections
        self._create_connection = connections.connect

    def connect(self) -> None:
        super().connect()  # the time-out of a socket holds for a whole TLS handshake
        self._connections.keep(self.sock)


class _HttpsConnection(_HttpConnection, http.client.HTTPSConnection):
    """The same over TLS."""


class _Http(HTTPHandler):
    def __init__(self, connections: _Connections) -> None:
        super().__init__()
        self._make: Any = partial(_HttpConnection, connections=connections)

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self._make, request)


class _Https(HTTPSHandler):
    def __init__(self, connections: _Connections) -> None:
        super().__init__()
        self._make: Any = partial(_HttpsConnection, connections=connections)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(self._make, request)
