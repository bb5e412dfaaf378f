"""What a launch page offers a desk: the code that a phone reads, or what has become of it."""

from dataclasses import dataclass

from flask import request, url_for

from tryon.clock import now
from tryon.pages.launch_state import LaunchState
from tryon.pages.visits import is_handheld, is_visit
from tryon.sessions.handoffs import newest_handoff, offer_handoff
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools


@dataclass(frozen=True, slots=True)
class Desk:
    session_id: str
    code: str
    is_connected: bool
    """A phone has come."""

    @property
    def picture(self) -> str:
        return url_for("phone.show_code", session_id=self.session_id, of=self.code)

    @property
    def link(self) -> str:
        """The address behind the code, for a camera."""
        return code_url(self.code)

    @property
    def typed_link(self) -> str:
        """The same for people to type: no need to tell http from https."""
        return self.link.partition("://")[2]


def code_url(spelling: str) -> str:
    return tools().settings.public_app_url + url_for("phone.open_code", code=spelling)


def words_for_handoff(state: LaunchState) -> dict[str, object]:
    """`desk` for a page that stands on one; `joins` and `is_followed` for a page that may be the phone."""
    if state.view != "photo":
        return {}
    newest = newest_handoff(state.session)
    is_connected = newest is not None and newest.is_joined(now())
    return {
        "desk": desk_of(state.session),
        "joins": newest is not None and newest.expires_at > now() and not is_connected,
        "is_followed": is_connected,
    }


def desk_of(session: TryOnSession) -> Desk | None:
    """None on a phone, and for what only passes by."""
    if is_handheld(request) or not (is_visit(request) or request.method == "POST"):
        return None
    handoff = offer_handoff(session)
    return Desk(session.id, handoff.spelling, handoff.is_joined(now()))
