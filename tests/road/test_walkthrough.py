"""docs/walkthrough.sh walks the documents' examples on a running system; docs/walkthrough.txt is what it prints."""

import json
import os
import subprocess

from tests.pictures import openvto_folder, shirt
from tests.shop import Shop
from tests.system import RunningSystem
from tryon.config import PROJECT_ROOT

EXPECTED = PROJECT_ROOT / "docs" / "walkthrough.txt"


def test_the_documents_examples_are_answered_as_written_down(system: RunningSystem, shop: Shop) -> None:
    secrets = json.loads((system.data_dir / "secrets.json").read_text())
    assets = openvto_folder()
    given = {
        "URL": system.url,
        "ADMIN_SECRET": secrets["partner_admin_secret"],
        "HANDSHAKE": secrets["integration_handshake_token"],
        "PHOTO": str(assets / "people" / "3_posture.jpg"),
        "PICTURE": str(assets / "clothes" / "shirts" / "1_front.jpg"),
        "PICTURE_URL": shop.serve("/shirt.jpg", shirt(1)),
    }
    done = subprocess.run(
        [PROJECT_ROOT / "docs" / "walkthrough.sh"], env=os.environ | given, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if os.environ.get("TRYON_WRITE_WALKTHROUGH"):
        EXPECTED.write_text(done.stdout)
    assert done.stdout == EXPECTED.read_text()
