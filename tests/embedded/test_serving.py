"""`python app.py` as its operator knows it: a real process in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.system import RunningSystem, are_gone, environment
from tryon.config import PROJECT_ROOT


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, taken_port: int) -> Iterator[RunningSystem]:
    """Its first start. Who stops or kills it starts it again."""
    folder = tmp_path_factory.mktemp("embedded") / "data"
    with RunningSystem(folder, networks_folder, TRYON_DEMO_PORT=str(taken_port)) as running:
        yield running


def run_app(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT_ROOT / "app.py"), *arguments]
    return subprocess.run(command, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False)


def assert_one_clear_line(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode in (1, 2), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert words in done.stderr


def test_it_answers_and_shows_a_demo_shop_with_a_link_to_try(system: RunningSystem) -> None:
    assert system.get("/healthz") == 200
    assert system.get("/readyz") == 200
    assert system.get("/demo") == 307
    assert system.get(system.launch_link.removeprefix(system.url)) == 200


def test_the_demo_shop_stands_on_another_origin_and_is_found_from_demo(system: RunningSystem) -> None:
    assert system.shop_url != system.url
    shop = requests.get(f"{system.url}/demo", timeout=10)
    assert (shop.status_code, shop.url.rstrip("/")) == (200, system.shop_url)
    product = requests.get(f"{system.url}/demo/DEMO-SHIRTS-1", timeout=10)
    assert product.url == f"{system.shop_url}/DEMO-SHIRTS-1"
    [script] = re.findall(r'<script src="(\S+)" integrity="\S+" crossorigin="anonymous" data-pub', product.text)
    assert requests.get(script, timeout=10).headers["Content-Type"].startswith("text/javascript")


def test_a_taken_port_for_the_demo_shop_is_told_and_the_next_one_used(system: RunningSystem, taken_port: int) -> None:
    assert f"Port {taken_port} is in use, so the demo shop is at port" in system.text
    assert requests.get(system.shop_url, timeout=10).status_code == 200


def test_the_first_start_shows_the_demo_keys_and_never_the_admin_secret(system: RunningSystem) -> None:
    assert "dress_sk_live_" in system.text
    assert "dress_pk_live_" in system.text
    assert "partner_admin_secret in" in system.text
    assert '"partner_admin_secret"' in (system.data_dir / "secrets.json").read_text()


def test_a_second_instance_on_the_same_folder_is_refused(system: RunningSystem) -> None:
    assert_one_clear_line(run_app("--port", "0", "--data-dir", str(system.data_dir)), "already running")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_one_clear_line(run_app("--port", port, "--data-dir", str(tmp_path)), f"Port {port} is already in use")
        assert_one_clear_line(run_app("--data-dir", str(tmp_path), PORT=port), f"Port {port} is already in use")


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert_one_clear_line(run_app("--port", "0", TRYON_DATA_DIR=str(tmp_path / "file" / "var")), "can't be written to")


def test_a_valkey_that_can_not_start_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir()
    (tmp_path / "valkey" / "appendonlydir").write_text("in the way")
    assert_one_clear_line(run_app("--port", "0", "--data-dir", str(tmp_path)), "embedded Valkey could not start")


def test_a_database_out_of_reach_is_told_in_one_line(tmp_path: Path) -> None:
    database = "postgresql://nobody@127.0.0.1:1/none"
    done = run_app("--port", "0", "--data-dir", str(tmp_path), DATABASE_URL=database)
    assert_one_clear_line(done, "database can't be reached")


def test_a_killed_worker_is_started_again(system: RunningSystem) -> None:
    killed = system.process_id("worker --queues generations")
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        workers = [pid for pid, command in system.processes().items() if "worker --queues generations" in command]
        if workers and workers != [killed]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("nobody started it again")
    assert "killed by SIGKILL" in system.log
    assert system.get("/healthz") == 200


def test_a_killed_queue_comes_back_with_what_it_held(system: RunningSystem) -> None:
    os.kill(system.process_id("valkey-server"), signal.SIGKILL)
    end = time.monotonic() + 30
    while time.monotonic() < end and system.get("/readyz") != 200:
        time.sleep(0.1)
    assert system.get("/readyz") == 200


def test_it_stops_cleanly_and_goes_on_where_it_was(system: RunningSystem) -> None:
    link = system.launch_link.removeprefix(system.url)
    started, said = system.processes(), len(system.said)
    assert len(started) >= 5
    assert system.stop() == 0
    gone = are_gone(started, seconds=1)
    system.start()
    assert gone
    assert system.get(link) == 200
    assert "dress_sk_live_" not in "".join(system.said[said:])


def test_nothing_is_left_behind_when_it_is_killed(system: RunningSystem) -> None:
    started = system.processes()
    system.kill()
    gone = are_gone(started, seconds=15)
    system.start()
    assert gone
    assert system.get("/healthz") == 200
