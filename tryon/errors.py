"""The errors of the domain, as one tree. Edges translate them into their surface's shape, pages into kind words.

TryOnError
├── ConfigurationError        configuration_error   500   for the operator, at start
├── InvalidRequest            invalid_request       400   wrong input; `details` names each bad field
│   ├── InvalidImage          invalid_image         400
│   ├── ImageTooLarge         image_too_large       413
│   ├── UnsupportedImageType  unsupported_image_type 415
│   ├── ImageFetchFailed      image_fetch_failed    400   an image address could not be loaded; `reason` says why
│   └── ForbiddenAddress      forbidden_address     400   an address we must not call
├── Unauthorized              unauthorized          401   `reason`: missing, not_found, inactive, expired, over_limit
├── InsufficientCredits       insufficient_credits  402
├── Forbidden                 forbidden             403
├── NotFound                  not_found             404
├── Conflict                  conflict              409
│   └── IdempotencyInProgress idempotency_in_progress 409 the first request with this Idempotency-Key still runs
├── Gone                      gone                  410
├── UnsupportedMediaType      unsupported_media_type 415
├── PhotoRejected             (the failed check)    422
├── GoogleKeyRefused          (what Google said)    422   a merchant's key that can't be used
├── IdempotencyMismatch       idempotency_mismatch  422   this Idempotency-Key came with another request
├── RateLimited               rate_limited          429
├── OutboundFailure           outbound_failure      502   a server we called did not answer; `reason` says why
└── TemporarilyUnavailable    unavailable           503
Engines have their own small tree in `engines/errors.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldProblem:
    path: str
    """Dotted, as in products.0.images.0.url."""
    message: str


class TryOnError(Exception):
    code = "internal"
    status = 500
    default_message = "Something went wrong on our side. Please try again."
    retry_after_seconds: int | None = None
    """When the caller may try again, where that is known."""

    def __init__(self, message: str | None = None, *, code: str | None = None, **members: Any) -> None:
        self.message = message or self.default_message
        self.code = code or type(self).code
        self.members = members
        """More that the caller should know, by name: an address to go to, for example."""
        super().__init__(self.message)


class ConfigurationError(TryOnError):
    code = "configuration_error"


class InvalidRequest(TryOnError):
    code = "invalid_request"
    status = 400
    default_message = "The request is not valid."

    def __init__(
        self, message: str | None = None, *, code: str | None = None, details: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(message, code=code)
        self.details = tuple(details)


class InvalidImage(InvalidRequest):
    code = "invalid_image"
    default_message = "This file is not a picture we can read. Use a JPEG, PNG, WebP or HEIC photo."


class ImageTooLarge(InvalidRequest):
    code = "image_too_large"
    status = 413
    default_message = "This picture is too large."


class UnsupportedImageType(InvalidRequest):
    code = "unsupported_image_type"
    status = 415
    default_message = "This kind of file can't be used. Use a JPEG, PNG, WebP or HEIC photo."


class ImageFetchFailed(InvalidRequest):
    code = "image_fetch_failed"
    default_message = "The picture could not be downloaded."

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Sequence[FieldProblem] = (),
        reason: str = "connect",
        answered: int | None = None,
    ) -> None:
        super().__init__(message, details=details)
        self.reason = reason
        """dns, connect, tls, timeout, reset, status, redirects, too_large or empty"""
        self.answered = answered
        """The server's status, where that is the reason."""


class ForbiddenAddress(InvalidRequest):
    code = "forbidden_address"
    default_message = "This address can't be used: it is not on the public internet."


class Unauthorized(TryOnError):
    code = "unauthorized"
    status = 401
    default_message = "A valid credential is needed."

    def __init__(self, message: str | None = None, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class InsufficientCredits(TryOnError):
    code = "insufficient_credits"
    status = 402
    default_message = "The account is out of credits."


class Forbidden(TryOnError):
    code = "forbidden"
    status = 403
    default_message = "This is not allowed."


class NotFound(TryOnError):
    code = "not_found"
    status = 404
    default_message = "There is nothing here by that name."


class Conflict(TryOnError):
    code = "conflict"
    status = 409
    default_message = "This can't be done in the present state."


class IdempotencyInProgress(Conflict):
    code = "idempotency_in_progress"
    default_message = "The first request with this Idempotency-Key is still being worked on. Ask again in a moment."
    retry_after_seconds = 2


class Gone(TryOnError):
    code = "gone"
    status = 410
    default_message = "This is no longer available."


class UnsupportedMediaType(TryOnError):
    code = "unsupported_media_type"
    status = 415
    default_message = "This content type can't be used here."


class PhotoRejected(TryOnError):
    """The shopper's photo was read but can't be used; `code` and `message` are the failed check's."""

    status = 422

    def __init__(self, message: str, *, code: str, checks: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message, code=code, checks=list(checks))
        self.checks = tuple(checks)
        """Everything that was looked for, each as code, ok and message."""


class GoogleKeyRefused(TryOnError):
    """Google does not let this key make pictures with this model: google_key_invalid, google_key_forbidden,
    google_billing_off or google_model_retired."""

    status = 422

    def __init__(self, message: str, *, code: str, replacements: Sequence[str] = ()) -> None:
        super().__init__(message, code=code, **({"replacements": list(replacements)} if replacements else {}))


class IdempotencyMismatch(TryOnError):
    code = "idempotency_mismatch"
    status = 422
    default_message = "This Idempotency-Key was used for another request. Use a new key for a new request."


class RateLimited(TryOnError):
    code = "rate_limited"
    status = 429
    default_message = "Too many requests. Please slow down."

    def __init__(self, message: str | None = None, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class OutboundFailure(TryOnError):
    """No answer came from a server we called. The message is for the merchant whose server it is."""

    code = "outbound_failure"
    status = 502

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """forbidden_address, dns, connect, tls, timeout, reset or too_large"""


class TemporarilyUnavailable(TryOnError):
    code = "unavailable"
    status = 503
    default_message = "We are busy right now. Please try again in a moment."
    retry_after_seconds = 5
