"""The listening address: found free beforehand, explained where it is not."""

import socket

import pytest

from tryon.embedded.address import browser_address, claim_demo_port, claim_port
from tryon.errors import ConfigurationError


def test_zero_chooses_a_free_port_that_can_then_be_listened_on() -> None:
    port = claim_port("127.0.0.1", 0)
    with socket.create_server(("127.0.0.1", port)) as server:
        assert server.getsockname()[1] == port


def test_a_port_in_use_is_refused_even_where_its_owner_shares_it() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigurationError, match="already in use"):
            claim_port("127.0.0.1", taken.getsockname()[1])


def test_the_demo_shop_has_its_port_or_the_next_free_one_and_never_the_systems() -> None:
    port = claim_port("127.0.0.1", 0)
    assert claim_demo_port("127.0.0.1", port, port=port) != port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]
        assert claim_demo_port("127.0.0.1", wanted, port=port) not in (wanted, port)
    assert claim_demo_port("127.0.0.1", wanted, port=port) == wanted
    assert claim_demo_port("127.0.0.1", 0, port=port) not in (0, port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="not an address of this machine"):
        claim_port(host, 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("shop.local", "http://shop.local:80"),
    ],
)
def test_the_browser_gets_an_address_it_can_open(host: str, address: str) -> None:
    assert browser_address(host, 80) == address
