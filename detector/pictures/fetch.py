"""Fetches pictures over HTTP, from hosts that the user names and from no other."""

from __future__ import annotations

from collections.abc import Collection
from http.client import HTTPException
from urllib.parse import quote, urlsplit
from urllib.request import BaseHandler, Request, build_opener

SAFE = "/%:@!$&'()*+,;=~?"  # what stays as it is in an address; anything else is escaped


def host_of(uri: str) -> str:
    """The host of an HTTP address in lower case; "" for any other URI."""
    try:
        parts = urlsplit(uri)
        return (parts.hostname or "").lower() if parts.scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""


def fetch(uri: str, hosts: Collection[str], max_bytes: int, seconds: float) -> bytes:
    """Fetch an address whose host is one of `hosts`, at most `max_bytes` + 1 bytes of it.

    `seconds` is the longest silence of the server. Raises OSError for what cannot be fetched, also
    where the address or one that it redirects to has another host.
    """
    check_host(uri, hosts)
    request = Request(quote(uri, safe=SAFE), headers={"User-Agent": "detector"})
    try:
        with build_opener(OnlyTo(hosts)).open(request, timeout=seconds) as answer:
            return bytes(answer.read(max_bytes + 1))
    except (HTTPException, ValueError) as error:  # an answer or an address that makes no sense
        raise OSError(f"{type(error).__name__}: {error}") from error


def check_host(uri: str, hosts: Collection[str]) -> None:
    """Raise PermissionError where the host of an address is none of `hosts`."""
    if host_of(uri) not in hosts:
        raise PermissionError(f"{host_of(uri) or 'this address'} is not an allowed host")


class OnlyTo(BaseHandler):
    """Looks at every request before it is sent, also at those that a redirection asks for."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def http_request(self, request: Request) -> Request:
        """Let a request to an allowed host pass. Raises PermissionError for another."""
        check_host(request.full_url, self._hosts)
        return request

    https_request = ftp_request = http_request
