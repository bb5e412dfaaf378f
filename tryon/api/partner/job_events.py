"""A try-on job as server-sent events."""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Flask, Response, current_app, request

from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.operations import Media, operation
from tryon.api.partner.jobs import JobStep, find_step, not_found
from tryon.generations.watching import follow

blueprint = Blueprint("job_events", __name__, url_prefix="/tryon/jobs")

RECONNECT_MS = 2000
"""How long a browser's EventSource waits before it comes again."""


@blueprint.get("/<job_id>/events")
@shopper_token
@operation(
    "Follow a job",
    tag="Try-on jobs",
    answers={
        200: Media("text/event-stream", "Server-sent events; the data of each is the job."),
        204: None,
    },
    errors={404: "job_not_found"},
)
def events(job_id: str) -> Response:
    """The job as server-sent events: one at once, one for each change of status, stage or progress, and the stream ends
    after the last. A comment comes every 10 seconds without news.

    After 5 minutes, or at once where very many listen, the stream ends early: come again with `Last-Event-ID`, as a
    browser's EventSource does by itself. 204 says that the event named there was the last.

    The token travels in the Authorization header, so use `fetch` or an EventSource that can send it.
    """
    shopper_id, heard = calling_shopper().shopper_id, request.headers.get("Last-Event-ID", "")
    step = find_step(shopper_id, job_id)
    if step is None:
        raise not_found()
    if step.is_last and step.name == heard:
        return Response(status=204)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stream = _write_events(follow(partial(_look, app, shopper_id, job_id), after=heard))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


def _look(app: Flask, shopper_id: str, job_id: str) -> JobStep | None:
    """In a context of its own: the request's is gone when the stream is written, and nothing stays open in between."""
    with app.app_context():
        return find_step(shopper_id, job_id)


def _write_events(steps: Iterator[JobStep | None]) -> Iterator[str]:
    """After https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    yield f"retry: {RECONNECT_MS}\n\n"
    for step in steps:
        yield ": nothing new\n\n" if step is None else f"id: {step.name}\ndata: {step.json}\n\n"
