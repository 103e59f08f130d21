"""The address that a server listens on."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from detector.errors import UsageError


def is_loopback(host: str) -> bool:
    """Whether an address or name is reached from this host alone; False for what is no address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any free one. Raises `UsageError` where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        remedy = "Name a free port of an address of this host."
        raise UsageError(str(error), place=f"{host}:{port}", remedy=remedy) from error
