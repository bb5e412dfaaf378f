"""The shopper changes their mind while the picture is made."""

from flask import Blueprint, Response, redirect

from tryon.generations.cancelling import cancel
from tryon.pages.addresses import launch_path
from tryon.pages.launch import for_session
from tryon.pages.launch_state import state_of
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

blueprint = Blueprint("stopping", __name__)


@blueprint.post("/s/<session_id>/stop")
@for_session
def stop(session: TryOnSession) -> Response:
    """Call the try-on off. Pressed too late, it changes nothing, and the picture is shown."""
    state = state_of(session)
    if state.view == "waiting" and state.generation is not None:
        cancel(state.generation, queue=tools().queue)
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]
