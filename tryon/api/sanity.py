"""Requests that no honest client sends are turned away before anything else looks at them, in their surface's shape."""

from flask import request
from werkzeug.exceptions import NotFound, RequestHeaderFieldsTooLarge, RequestURITooLarge

from tryon.api.reading import is_unstorable

ADDRESS_MAX_BYTES = 8 * 1024
HEADERS_MAX_BYTES = 32 * 1024
SEGMENT_MAX = 255
"""Letters of one piece of a path: no id of ours and no name of a merchant's is longer."""


ALIKE_FOR_EVERY_NAME = frozenset({"tryon_customers.erase", "tryon_customers_v1.erase"})
"""Erasing a customer answers the same for everybody, also for a name that nobody can have."""


def refuse_absurd() -> None:
    """404 for what can't be the name of anything, 414 and 431 for what is too long."""
    environ, path = request.environ, request.path
    if len(environ.get("QUERY_STRING", "")) + len(path) > ADDRESS_MAX_BYTES:
        raise RequestURITooLarge
    if sum(len(value) for name, value in environ.items() if name.startswith("HTTP_")) > HEADERS_MAX_BYTES:
        raise RequestHeaderFieldsTooLarge
    if request.endpoint in ALIKE_FOR_EVERY_NAME:
        return
    if is_unstorable(path) or (len(path) > SEGMENT_MAX and max(map(len, path.split("/"))) > SEGMENT_MAX):
        raise NotFound
