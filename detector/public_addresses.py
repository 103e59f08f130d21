"""Addresses of the public internet: nobody reaches an inner network through this program."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address stands in the last 32 bits


def is_public(address: str) -> bool:
    """Whether an IP address is one host of the public internet; False for what is none at all.

    An IPv4 address within an IPv6 one (mapped, 6to4, Teredo, NAT64) is looked at by itself.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(parsed) if isinstance(parsed, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def resolve(host: str, port: int, *, private: bool = False) -> list[str]:
    """The IP addresses of a host, at least one; all of them public unless `private` is allowed.

    Connect to what this gives, never to the name: a name may lead elsewhere the next time. Raises
    PermissionError where one of them is not public, OSError where the host is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is too long or empty
        raise OSError(f"{host} is no host") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private and not all(map(is_public, addresses)):
        raise PermissionError(f"{host} has an address that is not public")
    return addresses


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
