"""A PostgreSQL of this run's own, on loopback."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local.ports import free_port


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Its URL; all of it is gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="teamwire-postgres-"))
    # It does not run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(directory, user)
    port = free_port()
    data = str(directory / "data")
    options = f"-h 127.0.0.1 -p {port} -k {directory} -c fsync=off"
    start = ["-D", data, "-o", options, "-l", str(directory / "log"), "-w", "start"]
    try:
        for program, arguments in (
            ("initdb", ["-D", data, "-U", "consumer", "-A", "trust", "-N"]),
            ("pg_ctl", start),
        ):
            command = [str(program_of_postgres(program)), *arguments]
            subprocess.run(command, user=user, cwd=directory, stdout=subprocess.DEVNULL, check=True)
        yield f"postgresql://consumer@127.0.0.1:{port}/postgres"
    finally:
        stop = [str(program_of_postgres("pg_ctl")), "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, user=user, cwd=directory, stdout=subprocess.DEVNULL, check=False)
        shutil.rmtree(directory, ignore_errors=True)


def program_of_postgres(name: str) -> Path:
    """Where it is: Debian keeps it out of the path."""
    found = shutil.which(name) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), name
    )
    return Path(found)
