"""The embedded Valkey: private, on disk, and clear about why it can't start."""

import stat
import subprocess
from pathlib import Path

import pytest
from redis import Redis

from tryon.embedded import valkey
from tryon.errors import ConfigurationError


def start(folder: Path) -> subprocess.Popen[bytes]:
    socket = folder / "valkey.sock"
    server = valkey.start(folder, socket)
    valkey.wait_until_ready(server, folder, socket)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait(10)


def client(folder: Path) -> Redis:
    return Redis(unix_socket_path=str(folder / "valkey.sock"))


def test_what_is_kept_is_there_after_a_second_start(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    server = start(folder)
    client(folder).rpush("jobs", "one", "two")
    stop(server)
    server = start(folder)
    assert client(folder).lrange("jobs", 0, -1) == [b"one", b"two"]
    stop(server)


def test_it_listens_on_no_port_and_forgets_nothing_when_full(tmp_path: Path) -> None:
    server = start(tmp_path / "valkey")
    settings = client(tmp_path / "valkey").config_get("*")
    stop(server)
    assert settings["port"] == "0"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["appendonly"] == "yes"


def test_nobody_else_can_enter_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "valkey"
    folder.mkdir(mode=0o777)
    valkey.server_command(folder, folder / "valkey.sock")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_to_somewhere_else_is_not_taken_for_its_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "valkey").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="belongs to somebody else"):
        valkey.server_command(tmp_path / "valkey", tmp_path / "valkey" / "valkey.sock")


def test_a_server_that_can_not_start_is_named_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "valkey"
    valkey.server_command(folder, folder / "valkey.sock")
    (folder / "appendonlydir").write_text("in the way")
    with valkey.start(folder, folder / "valkey.sock") as server, pytest.raises(ConfigurationError) as error:
        valkey.wait_until_ready(server, folder, folder / "valkey.sock")
    assert "could not start" in error.value.message
    assert "\n" not in error.value.message
