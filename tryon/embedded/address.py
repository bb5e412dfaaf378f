"""The address the web server will listen on: free, ours to take, and how a browser on this machine reaches it."""

import errno
import ipaddress
import socket
from contextlib import suppress

from tryon.errors import ConfigurationError

PORT_MAX = 65535
PORTS_TRIED = 20


def claim_port(host: str, port: int) -> int:
    """The port to listen on; 0 chooses a free one. Raises ConfigurationError in words, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server does
            probe.bind(address)
            return probe.getsockname()[1]
    except OSError as error:
        raise ConfigurationError(_explain(error, host, port)) from error


def claim_demo_port(host: str, wanted: int, *, port: int) -> int:
    """The demo shop's, beside the system's `port`: as wanted, else the next free one; 0 chooses any.

    A demo must not keep the system from starting.
    """
    following = range(wanted, min(wanted + PORTS_TRIED, PORT_MAX + 1)) if wanted else ()
    for candidate in (*following, 0, 0):
        free = None if candidate == port else _free_port(host, candidate)
        if free is not None and free != port:
            return free
    raise ConfigurationError("The demo shop finds no free port. Choose one with --demo-port.")


def browser_address(host: str, port: int) -> str:
    """http://host:port, with this machine's own name where the server listens on every address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        return f"http://127.0.0.1:{port}"
    return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"


def _free_port(host: str, port: int) -> int | None:
    with suppress(ConfigurationError):
        return claim_port(host, port)
    return None


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use. Choose another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used with more rights. Choose one above 1023 with --port."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. Choose another one with --host."
    return f"{host}:{port} can't be listened on: {error.strerror}."
