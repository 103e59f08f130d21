"""Which addresses are of the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.public_addresses import is_public, resolve

PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
INNER = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    *("", "localhost", "2130706433", "0x7f.1", "8.8.8.8.8"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INNER)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_like_itself(address: IPv4Address) -> None:
    within = [0xFFFF << 32, 0x64FF9B << 96]  # mapped, NAT64
    for prefix in within:
        assert is_public(str(IPv6Address(prefix | int(address)))) == is_public(str(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "::1"])
def test_what_leads_to_this_machine_is_refused(host: str) -> None:
    with pytest.raises(PermissionError):
        resolve(host, 80)
    assert resolve(host, 80, private=True)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example", "..", "a..b"])
def test_what_is_no_host_is_an_error_of_the_system(host: str) -> None:
    with pytest.raises(OSError, match=r"\S"):
        resolve(host, 80)
