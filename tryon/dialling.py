"""Opening a connection only to an address we may call, within a time limit that counts everything.

The name is looked up once, each address is judged, and the connection goes to exactly the address that was judged:
a name server that answers differently the second time (DNS rebinding) is never asked a second time.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from tryon.errors import ForbiddenAddress

CONNECT_SECONDS_PER_ADDRESS = 5.0
ADDRESSES_TRIED_MAX = 4
WRITE_PIECE_BYTES = 16 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_V4 = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this" network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; cloud metadata of some providers lies here
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All that IANA has given out for the public internet; loopback, ULA, link-local, mapped and NAT64 lie outside."""
_REFUSED_V6 = tuple(
    ipaddress.ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments, with Teredo, which carries an IPv4 address inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address inside
        "3fff::/20",  # documentation
    )
)


class NameNotFound(Exception):
    """The name server knows no address of this name."""


class InsecureServer(Exception):
    """No secure connection came about: a certificate that is missing, expired, unknown, or of another name."""


class Deadline:
    """One moment that everything must be done by, whatever the other side sends and however slowly."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds, always more than 0. Raises httpcore2.ReadTimeout when there are none left."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout("the time is up")
        return seconds


def is_public(address: Address) -> bool:
    """Whether the address is an ordinary one of the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def literal_address(host: str) -> Address | None:
    """The address that `host` spells out, also in the odd ways C libraries accept (127.1, 0x7f000001)."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_allowed(host: str, port: int, allow_hosts: frozenset[str]) -> bool:
    """Whether the operator exempted this host from the ban on private addresses."""
    host = host.lower().rstrip(".")
    bracketed = f"[{host}]" if ":" in host else host
    return not allow_hosts.isdisjoint((host, bracketed, f"{bracketed}:{port}"))


def resolve(host: str, port: int) -> list[str]:
    """The system's answer for a name, in its order of preference. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.NetworkBackend):
    """What httpcore2 opens connections with. One request, one backend, one deadline."""

    def __init__(self, allow_hosts: frozenset[str], deadline: Deadline) -> None:
        self._allow_hosts = allow_hosts
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = _resolve_in_time(host, port, self._deadline)
        if not is_allowed(host, port, self._allow_hosts):
            addresses = [text for text in addresses if is_public(ipaddress.ip_address(text))]
        if not addresses:
            raise ForbiddenAddress
        return self._connect_to_first(addresses[:ADDRESSES_TRIED_MAX], port, socket_options)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        raise ForbiddenAddress

    def _connect_to_first(
        self, addresses: list[str], port: int, socket_options: Iterable[httpcore2.SOCKET_OPTION] | None
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError()
        for address in addresses:
            seconds = min(CONNECT_SECONDS_PER_ADDRESS, self._deadline.remaining())
            try:
                stream = self._inner.connect_tcp(address, port, timeout=seconds, socket_options=socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    """A connection whose every read and write ends by the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITE_PIECE_BYTES):
            self._inner.write(buffer[start : start + WRITE_PIECE_BYTES], self._deadline.remaining())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        except httpcore2.ConnectError as error:
            raise InsecureServer(server_hostname) from error
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _resolve_in_time(host: str, port: int, deadline: Deadline) -> list[str]:
    """Look the name up in a thread of its own: the C library knows no time limit for that."""
    answers: queue.SimpleQueue[list[str] | OSError | ValueError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:  # ValueError: a name that can't be encoded
            answers.put(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty as error:
        raise httpcore2.ConnectTimeout("the name server did not answer in time") from error
    if isinstance(answer, Exception):
        raise NameNotFound(host) from answer
    return answer
