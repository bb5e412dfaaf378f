"""All HTTP we send: pictures fetched for merchants, and webhooks. `dialling` decides where a connection may go.

Everything has a time limit, a size limit and a translated error. Proxies named in the environment are not used,
because behind a proxy nobody here would know which address is really called.
"""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import httpcore2
import httpx2

from tryon.dialling import (
    CheckedBackend,
    Deadline,
    InsecureServer,
    NameNotFound,
    is_allowed,
    is_public,
    literal_address,
)
from tryon.errors import ForbiddenAddress, ImageFetchFailed, OutboundFailure

URL_MAX_LENGTH = 4096
REDIRECTS_MAX = 3
USER_AGENT = "tryon/1 (virtual try-on)"
ACCEPTED_PICTURES = "image/jpeg, image/png, image/webp, image/heic, image/heif;q=0.9, */*;q=0.1"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_UNPRIVILEGED_PORT = 1024

_FETCH_SENTENCES = {
    "dns": "The picture could not be downloaded: there is no server named {host}.",
    "connect": "The picture could not be downloaded: {host} does not accept connections.",
    "tls": "The picture could not be downloaded: {host} has no valid certificate for a secure connection.",
    "timeout": "The picture could not be downloaded: {host} took too long.",
    "reset": "The picture could not be downloaded: {host} broke off the answer.",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    content_type: str
    """Lower case, without parameters, as the server claims it: "image/jpeg", or "" where it claims nothing."""
    final_url: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Its beginning, at most as much as was asked for."""
    seconds: float


class Outbound:
    """Costs nothing to make, holds no connection, and may be shared by threads and inherited by forks."""

    def __init__(self, allow_hosts: frozenset[str]) -> None:
        self._allow_hosts = frozenset(host.lower().rstrip(".") for host in allow_hosts)
        self._tls: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def check_url(self, url: str) -> None:
        """Raise ForbiddenAddress for an address that can be seen to be wrong without looking its name up."""
        self._parse(url)

    def is_exempt(self, url: str) -> bool:
        """Whether the operator allowed this host although it may be private. Raises ForbiddenAddress."""
        parsed = self._parse(url)
        return is_allowed(parsed.host, _port_of(parsed), self._allow_hosts)

    def fetch(self, url: str, *, max_bytes: int, timeout_seconds: float, accept: str = ACCEPTED_PICTURES) -> Fetched:
        """Download a picture, following at most three redirects, each checked like the first address.

        `max_bytes` counts decoded bytes; `timeout_seconds` counts everything. Raises ForbiddenAddress or
        ImageFetchFailed, whose `reason` is dns, connect, tls, timeout, reset, status, redirects, too_large or empty.
        """
        deadline = Deadline(timeout_seconds)
        for _ in range(REDIRECTS_MAX + 1):
            outcome = self._fetch_once(url, max_bytes, accept, deadline)
            if isinstance(outcome, Fetched):
                return outcome
            url = outcome
        raise ImageFetchFailed("The picture could not be downloaded: too many redirects.", reason="redirects")

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        timeout_seconds: float,
        max_response_bytes: int,
    ) -> Answer:
        """Send `body` and report what came back, whatever its status; a redirect is an answer like any other.

        Raises OutboundFailure, whose `reason` is forbidden_address, dns, connect, tls, timeout or reset.
        """
        started = time.monotonic()
        try:
            with self._request("POST", self._parse(url), headers, body, Deadline(timeout_seconds)) as response:
                beginning = _read_beginning(response, max_response_bytes)
                names = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, names, beginning, time.monotonic() - started)
        except ForbiddenAddress as error:
            raise OutboundFailure(error.message, reason="forbidden_address") from error

    def exchange(
        self,
        method: Literal["GET", "POST"],
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        timeout_seconds: float,
        max_response_bytes: int,
    ) -> Answer:
        """Send a request and read the whole answer, whatever its status; a redirect is an answer like any other.

        `timeout_seconds` counts everything, so that a server that drips can't keep us. Raises ForbiddenAddress, and
        OutboundFailure whose `reason` is dns, connect, tls, timeout, reset (also where the answer breaks off) or
        too_large.
        """
        started = time.monotonic()
        parsed = self._parse(url)
        with self._request(method, parsed, headers, body, Deadline(timeout_seconds)) as response:
            whole = bytearray()
            for piece in response.iter_bytes():
                whole += piece
                if len(whole) > max_response_bytes:
                    raise OutboundFailure(f"{parsed.host} sent too large an answer.", reason="too_large")
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, names, bytes(whole), time.monotonic() - started)

    def _fetch_once(self, url: str, max_bytes: int, accept: str, deadline: Deadline) -> Fetched | str:
        """The picture, or the address that the server sends us to."""
        parsed = self._parse(url)
        try:
            with self._request("GET", parsed, {"accept": accept}, None, deadline) as response:
                if response.status_code in _REDIRECTS and response.headers.get("location"):
                    return _join(parsed, response.headers["location"])
                if response.status_code != 200:
                    sentence = f"The picture could not be downloaded: {parsed.host} answered {response.status_code}."
                    raise ImageFetchFailed(sentence, reason="status", answered=response.status_code)
                body = _read_all(response, max_bytes)
                content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Fetched(body, content_type, str(parsed))
        except OutboundFailure as error:
            sentence = _FETCH_SENTENCES[error.reason].format(host=parsed.host)
            raise ImageFetchFailed(sentence, reason=error.reason) from error

    def _parse(self, url: str) -> httpx2.URL:
        """One parser for judging and for calling, so that the two can't disagree about which host is meant."""
        if len(url) > URL_MAX_LENGTH:
            raise ForbiddenAddress("This address is too long.")
        try:
            parsed = httpx2.URL(url)
        except httpx2.InvalidURL as error:
            raise ForbiddenAddress("This is not a valid web address.") from error
        if parsed.scheme not in _DEFAULT_PORTS:
            raise ForbiddenAddress("A web address must begin with https:// or http://.")
        if not parsed.host:
            raise ForbiddenAddress("This web address names no server.")
        if parsed.userinfo:
            raise ForbiddenAddress("A web address must not contain a user name or password.")
        if not is_allowed(parsed.host, _port_of(parsed), self._allow_hosts):
            _refuse_at_sight(parsed)
        return parsed

    @contextmanager
    def _request(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Iterator[httpx2.Response]:
        """One request on its own connection. Raises ForbiddenAddress and OutboundFailure, also while it is read."""
        sent = {"host": url.netloc.decode("ascii"), "user-agent": USER_AGENT, "connection": "close"}
        sent |= {"accept-encoding": "identity"} | {name.lower(): value for name, value in headers.items()}
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=_port_of(url), target=url.raw_path)
        tls = self._tls_context() if url.scheme == "https" else None
        with (
            _translated(url.host),
            httpcore2.ConnectionPool(
                ssl_context=tls, network_backend=CheckedBackend(self._allow_hosts, deadline)
            ) as pool,
            pool.stream(method, target, headers=list(sent.items()), content=body) as answer,
        ):
            yield httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def _tls_context(self) -> ssl.SSLContext:
        """Made on first use: reading the system's certificates takes some 20 ms."""
        with self._lock:
            if self._tls is None:
                self._tls = httpx2.create_ssl_context()
            return self._tls


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()


def _refuse_at_sight(url: httpx2.URL) -> None:
    port = _port_of(url)
    if port not in (80, 443) and not _FIRST_UNPRIVILEGED_PORT <= port <= 65535:
        raise ForbiddenAddress(f"Port {port} can't be used. Use 80, 443, or one above 1023.")
    host = url.host.lower().rstrip(".")
    address = literal_address(host)
    if host == "localhost" or host.endswith(".localhost") or (address is not None and not is_public(address)):
        raise ForbiddenAddress


def _port_of(url: httpx2.URL) -> int:
    return url.port if url.port is not None else _DEFAULT_PORTS[url.scheme]


def _join(base: httpx2.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except httpx2.InvalidURL as error:
        raise ImageFetchFailed(
            "The picture could not be downloaded: a redirect leads nowhere.", reason="redirects"
        ) from error


def _read_all(response: httpx2.Response, max_bytes: int) -> bytes:
    """The whole decoded body. Raises ImageFetchFailed as soon as it is seen to be too large, or when there is none."""
    too_large = ImageFetchFailed(
        f"The picture could not be downloaded: it is larger than {max_bytes / 2**20:.3g} MB.", reason="too_large"
    )
    claimed = response.headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and int(claimed) > max_bytes:
        raise too_large
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise too_large
    if not body:
        raise ImageFetchFailed("The picture could not be downloaded: the server sent an empty file.", reason="empty")
    return bytes(body)


def _read_beginning(response: httpx2.Response, max_bytes: int) -> bytes:
    """The status has been received and is what counts; a body that never ends, drips or breaks off changes nothing."""
    beginning = bytearray()
    try:
        for piece in response.iter_bytes():
            beginning += piece
            if len(beginning) >= max_bytes:
                break
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.DecodingError):
        pass
    return bytes(beginning[:max_bytes])


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Foreign exceptions to ours, once. The words are for a merchant and never name an address or a file of ours."""
    try:
        yield
    except NameNotFound as error:
        raise OutboundFailure(f"There is no server named {host}.", reason="dns") from error
    except httpcore2.TimeoutException as error:
        raise OutboundFailure(f"{host} took too long to answer.", reason="timeout") from error
    except InsecureServer as error:
        raise OutboundFailure(f"{host} has no valid certificate for a secure connection.", reason="tls") from error
    except httpcore2.ConnectError as error:
        raise OutboundFailure(f"{host} does not accept connections.", reason="connect") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.DecodingError) as error:
        raise OutboundFailure(f"{host} broke off the connection or did not answer in HTTP.", reason="reset") from error
