"""Telling an open page that it shows what was: by server-sent events, and to a page that asks again and again.

A page knows by name what it shows (`moment_of`). A new name means that the piece has to be fetched anew; what the piece
looks like is none of the stream's business.
"""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Flask, Response, current_app, request

from tryon.clock import now
from tryon.errors import NotFound
from tryon.generations.watching import follow
from tryon.pages.headers import keep_private
from tryon.pages.launch_state import LaunchState, get_session, is_closed, state_of
from tryon.pages.waiting_words import wait_of
from tryon.sessions.handoffs import RENEWED_BEFORE, newest_handoff
from tryon.sessions.models import TryOnSession

blueprint = Blueprint("following", __name__)

STREAMS_MAX = 4
"""At once in one process: a desk may wait for its phone for long, and must not keep programs from their streams."""
RECONNECT_MS = 4_000
"""Meanwhile the page asks by itself, as it does wherever no stream comes through."""

_places = threading.BoundedSemaphore(STREAMS_MAX)


@dataclass(frozen=True, slots=True)
class Moment:
    name: str
    is_last: bool


@blueprint.get("/s/<session_id>/events")
def follow_session(session_id: str) -> Response:
    session, asked_after = get_session(session_id), named_try()
    if is_closed(session, now()) or moment_now(session, asked_after).is_last:
        return keep_private(Response(status=204))  # tells an EventSource not to come again
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    look = partial(_look, app, session_id, asked_after)
    stream = _write_events(follow(look, after=request.headers.get("Last-Event-ID", ""), places=_places))
    return keep_private(Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"}))


def named_try() -> str | None:
    """The try-on that was the newest when the asking page was made: "" where there was none. A page that asks for
    another photo after a picture waits for the next one; None: it waits for the end of this one."""
    return request.args.get("after")


def moment_now(session: TryOnSession, asked_after: str | None = None) -> Moment:
    if asked_after is not None and asked_after == (session.generation_id or ""):
        return _moment_of_asking(session)
    return moment_of(state_of(session))


def moment_of(state: LaunchState) -> Moment:
    """What a page shows, by a name that is short and says nothing."""
    if state.view == "photo":
        return _moment_of_asking(state.session)
    parts = [state.view, state.generation.id if state.generation else ""]
    if state.view == "waiting" and state.generation is not None:
        parts.append(wait_of(state.generation).name)
    return Moment(_name(*parts), is_last=state.view in ("result", "failed"))


def _moment_of_asking(session: TryOnSession) -> Moment:
    """While a photo is asked for, what may change is the code for the phone."""
    handoff, moment = newest_handoff(session), now()
    if handoff is None:
        return Moment(_name("photo", session.generation_id or ""), is_last=False)
    holds = handoff.expires_at - moment >= RENEWED_BEFORE
    parts = ("photo", session.generation_id or "", handoff.code, str(handoff.is_joined(moment)), str(holds))
    return Moment(_name(*parts), is_last=False)


def _name(*parts: str) -> str:
    return hashlib.blake2s(" ".join(parts).encode(), digest_size=6).hexdigest()


def _look(app: Flask, session_id: str, asked_after: str | None) -> Moment | None:
    """In a context of its own: the request's is gone when the stream is written, and nothing stays open in between."""
    with app.app_context():
        try:
            session = get_session(session_id)
        except NotFound:
            return None
        return Moment("closed", is_last=True) if is_closed(session, now()) else moment_now(session, asked_after)


def _write_events(moments: Iterator[Moment | None]) -> Iterator[str]:
    """After https://html.spec.whatwg.org/multipage/server-sent-events.html. The page hears also that nothing is new:
    a stream that has gone quiet may be stuck somewhere between."""
    yield f"retry: {RECONNECT_MS}\n\n"
    for moment in moments:
        yield "event: still\ndata:\n\n" if moment is None else f"id: {moment.name}\ndata: {moment.name}\n\n"
