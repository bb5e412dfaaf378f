"""A real PostgreSQL server for one test run: made with initdb in a temporary folder, reached by a Unix socket."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

START_SECONDS = 60
# A test database may be lost with the machine; not waiting for the disk makes each test quick.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50", "shared_buffers=32MB")


def find_binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL server, or None."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


class PostgresServer:
    """Starts on entering, ends on leaving. Listens on no port."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.log = folder / "postgres.log"
        # The server refuses to run as root, and whom it runs as instead must be able to enter its folder.
        self.folder = Path(tempfile.mkdtemp(prefix="tryon-pg-"))
        self._names = (f"test_{number}" for number in itertools.count(1))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        user = _unprivileged_user()
        if user:
            shutil.chown(self.folder, user)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "tryon", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = [option for setting in QUICK for option in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", data, "-k", self.folder, "-h", "", *options]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=self.folder)
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a new database, a copy of `template`; dropped afterwards."""
        name = next(self._names)
        with self._connect() as admin:
            admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        yield f"postgresql+psycopg://tryon@/{name}?host={self.folder}"
        with self._connect() as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def emptied(self, name: str) -> Iterator[str]:
        """The address of that database, which nobody else uses, without a row: much quicker to have than a new one."""
        address = f"host={self.folder} user=tryon dbname={name} connect_timeout=5"
        yield f"postgresql+psycopg://tryon@/{name}?host={self.folder}"
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            # Triggers guard foreign keys, and a table may stand anywhere among those that refer to it.
            admin.execute("SET session_replication_role = replica")
            admin.execute("; ".join(f'DELETE FROM "{table}"' for (table,) in tables))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user=tryon dbname=postgres connect_timeout=5", autocommit=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.binaries / program, *arguments]
        done = subprocess.run(command, user=_unprivileged_user(), cwd=self.folder, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > end:
                    raise RuntimeError(f"PostgreSQL did not start: {self.log.read_text(errors='replace')}") from None
                time.sleep(0.05)


def _unprivileged_user() -> str | None:
    """Whom to run the server as: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
