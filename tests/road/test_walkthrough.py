"""docs/walkthrough.sh walks the documents' examples on a running system; docs/walkthrough.txt is what it prints."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import openvto_folder, shirt
from tests.shop import Shop, open_shop
from tests.system import RunningSystem
from tryon.config import PROJECT_ROOT

EXPECTED = PROJECT_ROOT / "docs" / "walkthrough.txt"


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, shop: Shop) -> Iterator[RunningSystem]:
    folder = tmp_path_factory.mktemp("walkthrough") / "var"
    with RunningSystem(folder, networks_folder, OUTBOUND_ALLOW_HOSTS=shop.host) as system:
        yield system


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
