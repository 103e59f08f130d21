"""Requests that the service sends to addresses which others chose.

They go to public addresses alone (unless the operator allows others), which are checked when the
connection is made; redirections are not followed, and each has one deadline for all it does.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

import httpcore

from detector.public_addresses import is_public, resolve

_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal")


def may_be_called(host: str, *, private: bool) -> bool:
    """Whether a host could be public as far as its name tells, without looking it up."""
    if private:
        return True
    name = host.lower().rstrip(".")
    try:
        ip_address(name)
    except ValueError:
        return "." in name and not name.endswith(_LOCAL_NAMES)
    return is_public(name)


def post(
    url: str, headers: Mapping[str, str], content: bytes, *, seconds: float, private: bool = False
) -> tuple[int, dict[str, str]]:
    """Send a POST and return the status and headers (names in lower case) of its answer.

    The body of the answer is not read. Raises OSError where there is no answer after `seconds`
    (TimeoutError), the address is not public (PermissionError), or no connection comes about.
    """
    backend = _CheckedBackend(time.monotonic() + seconds, private=private)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=content) as answer,
        ):
            received = {name.decode("latin-1").lower(): value for name, value in answer.headers}
            return answer.status, {name: v.decode("latin-1") for name, v in received.items()}
    except httpcore.TimeoutException as error:
        raise TimeoutError(f"no answer within {seconds:g} s") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
        raise OSError(str(error) or type(error).__name__) from error


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses, and ends every connection at one deadline."""

    def __init__(self, deadline: float, *, private: bool) -> None:
        self._deadline, self._private = deadline, private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in resolve(host, port, private=self._private):
            try:
                left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except httpcore.ConnectError as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a deadline, however slowly the other side goes on."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive what is there, at most `max_bytes`."""
        return self._stream.read(max_bytes, _left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of the buffer."""
        self._stream.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on encrypted; the certificate is checked against the name, not the address."""
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    """The seconds until the deadline, at most `timeout`; raises `late` after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise late("the deadline has passed")
    return left if timeout is None else min(left, timeout)
