"""The Idempotency-Key of POST requests: the work is done once, its answer given as often as it is asked for.

For 24 hours the same key, from the same credential, on the same path, with the same content gets the first answer
again, marked `Idempotency-Replayed: true`; 409 while the first request runs; 422 if the content differs. Content is
the query and the body: for a form its fields and the bytes of its files, so that a client's random boundary does not
count.

Remembered is what succeeded. A request that was refused or failed (4xx, 5xx) changed nothing, so its key is free
again: after topping up credits, or mending a field, the same key may be used. That makes it *at most once* for as
long as the process lives. The answer is written after the work was committed, in a transaction of its own: if the
process dies between the two, or while it works, the key is refused for the five minutes of a lease, and then the work
is done again. So over crashes it is *at least once*.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, current_app, g, request

from tryon.db import db
from tryon.errors import Conflict, FieldProblem, InvalidRequest
from tryon.idempotency import Begun, Finished, Request, abandon, begin, finish
from tryon.sealing import SealBroken, Sealer
from tryon.wiring import tools

PATH_MAX = 300
KEPT_HEADERS = ("Content-Type", "Location", "Link", "Deprecation", "Sunset")
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_CHUNK_BYTES = 1 << 16


def answer_once(auth: str, work: Callable[[], Any]) -> Any:
    """What `work` gives; or, where the request's key says that it was done before, what it gave then."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return work()
    if not _KEY.fullmatch(key):
        problem = FieldProblem("Idempotency-Key", "1 to 255 printable ASCII characters.")
        raise InvalidRequest("The Idempotency-Key is not valid.", details=[problem])
    begun = begin(Request(_caller(auth), _path(), key, _body_hash()))
    if isinstance(begun, Finished):
        return _replay(begun)
    return _run(begun, work)


def _run(begun: Begun, work: Callable[[], Any]) -> Response:
    is_kept = False
    try:
        response = current_app.make_response(work())
        if response.status_code < 400 and not response.is_streamed:
            finish(begun, response.status_code, _sealer().seal(_write(response)))
            is_kept = True
        return response
    finally:
        if not is_kept:
            db.session.rollback()  # what failed may have left a transaction open
            abandon(begun)


def _replay(finished: Finished) -> Response:
    try:
        kept = json.loads(_sealer().open(finished.sealed_response))
    except SealBroken as error:
        message = "The request was done before, but its answer can't be read any more: the system's secret has changed."
        raise Conflict(message, code="idempotency_answer_lost") from error
    response = Response(base64.b64decode(kept["body"]), status=finished.status, headers=kept["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _write(response: Response) -> str:
    headers = [[name, value] for name, value in response.headers if name in KEPT_HEADERS]
    return json.dumps({"headers": headers, "body": base64.b64encode(response.get_data()).decode()})


def _sealer() -> Sealer:
    return Sealer(tools().settings.secret_key, purpose="idempotency")


def _caller(auth: str) -> str:
    if "api_key" in g:
        return str(g.api_key.id)
    return str(g.identity.shopper_id) if "identity" in g else auth


def _path() -> str:
    """Two long paths that begin the same way differ by their hash."""
    if len(request.path) <= PATH_MAX:
        return request.path
    return request.path[: PATH_MAX - 65] + "#" + hashlib.sha256(request.path.encode()).hexdigest()


def _body_hash() -> str:
    found = hashlib.sha256(request.query_string)
    for part in _content():
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def _content() -> Iterable[bytes]:
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield from (name.encode(), value.encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        yield from (name.encode(), (file.filename or "").encode())
        while chunk := file.stream.read(_CHUNK_BYTES):
            yield chunk
        file.stream.seek(0)
