from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.codes import read_code
from tests.scene import Scene
from tryon.clock import now
from tryon.db import db, transaction
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools


def test_a_camera_reads_the_launch_address_from_the_code(client: FlaskClient, session: TryOnSession) -> None:
    answer = client.get(f"/qr/{session.id}.png")
    assert answer.mimetype == "image/png"
    assert read_code(answer.data) == f"{tools().settings.public_app_url}/s/{session.id}"


def test_the_code_also_comes_as_svg_on_white_ground(client: FlaskClient, session: TryOnSession) -> None:
    answer = client.get(f"/qr/{session.id}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(answer.data).tag.endswith("svg")
    assert b"white" in answer.data


def test_looking_at_the_code_is_no_launch_and_may_be_cached_until_the_end(
    client: FlaskClient, session: TryOnSession
) -> None:
    answer = client.get(f"/qr/{session.id}.png", headers={"User-Agent": "Mozilla/5.0"})
    seconds = int(answer.headers["Cache-Control"].removeprefix("public, max-age="))
    assert 0 < seconds <= 86_400
    again = client.get(f"/qr/{session.id}.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    db.session.refresh(session)
    assert session.status == "ready"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_an_unknown_or_ended_session_has_no_code(
    client: FlaskClient, scene: Scene, session: TryOnSession, ending: str
) -> None:
    assert client.get(f"/qr/tsn_01J0000000000000000000NONE.{ending}").status_code == 404
    assert client.get(f"/qr/{session.id}.gif").status_code == 404
    with transaction():
        session.expires_at = now() - timedelta(seconds=1)
    expired = client.get(f"/qr/{session.id}.{ending}")
    assert (expired.status_code, expired.headers["Cache-Control"]) == (410, "no-store")
    cancelled = scene.open_session()
    with transaction():
        cancelled.status = "cancelled"
    assert client.get(f"/qr/{cancelled.id}.{ending}").status_code == 410
