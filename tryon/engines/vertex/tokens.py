"""Google Cloud's access tokens, found as Application Default Credentials are, and fetched without keeping anybody.

`google-auth` knows a dozen kinds of credentials: a service account's file, a person's sign-in, the machine's own
account, another cloud's. It may ask the metadata server, run a program, or sleep between its own tries, and knows no
limit for all of that together. So it runs in a thread of its own and whoever needs a token waits as long as they can;
what it sends goes over our own HTTP client.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Final, Literal

import google.auth
from google.auth import exceptions, transport

from tryon.engines.hosted.calls import FAILURE_OF_REASON
from tryon.engines.hosted.failures import ProviderFailure
from tryon.errors import ForbiddenAddress, OutboundFailure
from tryon.outbound import Outbound

SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
CALL_SECONDS: Final = 10.0
ANSWER_MAX_BYTES: Final = 1024 * 1024
METADATA_HOSTS: Final = frozenset({"metadata.google.internal", "169.254.169.254"})
"""Google Cloud's own place for a machine's account. Nobody but google-auth names these addresses here."""


class Tokens:
    """One set of credentials, one token at a time, kept until shortly before it ends. Shareable between threads."""

    def __init__(self, outbound: Outbound) -> None:
        self._transport = _Transport(outbound)
        self._credentials: Any = None
        self._running: Future[Mapping[str, str]] | None = None
        self._lock = threading.Lock()

    def headers(self, seconds: float) -> Mapping[str, str]:
        """What signs a request, got within `seconds`. Raises ProviderFailure."""
        with self._lock:
            if self._credentials is not None and self._credentials.valid:
                return self._signed()
            running = self._running
            if running is None:
                running = self._running = Future()
                threading.Thread(target=self._run, args=(running,), name="google-token", daemon=True).start()
        try:
            return running.result(timeout=seconds)
        except TimeoutError as error:
            raise ProviderFailure("no_answer", detail="token") from error
        except ProviderFailure as failure:  # one for each who waited
            raise ProviderFailure(failure.name, detail=failure.detail) from failure

    def forget(self) -> None:
        """The token was not accepted: the next one is a new one."""
        with self._lock:
            self._credentials = None

    def _run(self, running: "Future[Mapping[str, str]]") -> None:
        try:
            try:
                headers = self._fetch()
            finally:
                with self._lock:
                    self._running = None
            running.set_result(headers)
        except ProviderFailure as failure:
            self.forget()  # next time they are looked for anew: a file may have been replaced
            running.set_exception(failure)
        finally:
            if not running.done():
                running.set_exception(ProviderFailure("key_invalid", detail="credentials"))

    def _fetch(self) -> Mapping[str, str]:
        try:
            credentials = self._credentials or google.auth.default(scopes=[SCOPE], request=self._transport)[0]
            credentials.refresh(self._transport)
        except exceptions.TransportError as error:
            cause = error.__cause__
            reason = cause.reason if isinstance(cause, OutboundFailure) else "connect"
            raise ProviderFailure(FAILURE_OF_REASON[reason], detail=f"token {reason}") from error
        except exceptions.GoogleAuthError as error:
            name = "provider_busy" if error.retryable else "key_invalid"
            raise ProviderFailure(name, detail=f"token {type(error).__name__}") from error
        except (
            OSError,
            ValueError,
            AttributeError,
            KeyError,
            TypeError,
        ) as error:  # a file that is not there or not theirs
            raise ProviderFailure("key_invalid", detail=f"token {type(error).__name__}") from error
        with self._lock:
            self._credentials = credentials
            return self._signed()

    def _signed(self) -> Mapping[str, str]:
        headers: dict[str, str] = {}
        self._credentials.apply(headers)
        return headers


class _Transport(transport.Request):
    """What google-auth sends with: our own HTTP client, with its limits of time, size and place."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._metadata = Outbound(METADATA_HOSTS)

    def __call__(
        self,
        url: str,
        method: Literal["GET", "POST"] = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **more: Any,
    ) -> transport.Response:
        sent = body.encode() if isinstance(body, str) else body
        seconds = min(timeout or CALL_SECONDS, CALL_SECONDS)
        is_metadata = any(url.startswith(f"http://{host}/") or url == f"http://{host}" for host in METADATA_HOSTS)
        client = self._metadata if is_metadata else self._outbound
        try:
            answer = client.exchange(
                method, url, sent, headers or {}, timeout_seconds=seconds, max_response_bytes=ANSWER_MAX_BYTES
            )
        except (OutboundFailure, ForbiddenAddress) as error:
            raise exceptions.TransportError(type(error).__name__) from error
        return _Response(answer.status, answer.headers, answer.body)


class _Response(transport.Response):
    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self._status, self._headers, self._data = status, headers, data

    @property
    def status(self) -> int:
        return self._status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._headers

    @property
    def data(self) -> bytes:
        return self._data
