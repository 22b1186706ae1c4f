"""A partner's address leads out, or where the operator said, and nowhere else."""

import pytest

from comity.federation.transport.addresses import BadAddress, networks, place_of

NOWHERE = networks("")
LOOPBACK = networks("127.0.0.0/8, ::1/128")


def place(url: str, *found: str, allowed=NOWHERE):
    return place_of(url, allowed=allowed, resolver=lambda _host, _port: found)


def test_a_public_address_is_connected_to_by_number():
    where = place("https://node.example/comity/", "93.184.216.34")
    assert (where.tls, where.host, where.port, where.address, where.path) == (
        True,
        "node.example",
        443,
        "93.184.216.34",
        "/comity",
    )


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_nobody_is_led_inside(inside: str):
    with pytest.raises(BadAddress):
        place("https://node.example", inside)
    with pytest.raises(BadAddress):
        place("https://node.example", "93.184.216.34", inside)


def test_an_operator_names_the_networks_that_are_allowed_besides():
    assert place("http://node.example:8002", "127.0.0.1", allowed=LOOPBACK).port == 8002
    assert place("http://node.example", "::ffff:127.0.0.1", allowed=LOOPBACK).address == "127.0.0.1"
    with pytest.raises(BadAddress):
        place("http://node.example", "10.0.0.1", allowed=LOOPBACK)


def test_without_tls_nothing_leaves_named_networks():
    with pytest.raises(BadAddress):
        place("http://node.example", "93.184.216.34", allowed=LOOPBACK)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example",
        "ftp://node.example",
        "file:///etc/passwd",
        "https://",
        "https://somebody@node.example",
        "https://node.example/?q",
        "https://node.example/#f",
        "https://node.example:99999",
        "https://[::1",
    ],
)
def test_an_address_is_a_host_and_perhaps_a_port_and_a_path(url: str):
    with pytest.raises(BadAddress):
        place(url, "93.184.216.34")


def test_a_name_that_does_not_resolve_is_said():
    def fails(_host: str, _port: int):
        raise OSError

    with pytest.raises(BadAddress):
        place_of("https://node.example", allowed=NOWHERE, resolver=fails)


def test_networks_are_networks():
    with pytest.raises(ValueError, match="everything"):
        networks("everything")
