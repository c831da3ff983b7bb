"""A server of one's own: the built binary on a free port, with an empty data folder and no rate limits."""

import os
import re
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("CONFAB_BINARY", ROOT / "target/release/confab")).resolve()
# How long it may take to start or to end, in seconds.
PATIENCE = 20


class Place:
    """A running server."""

    def __init__(self, folder, **settings):
        environment = {
            "PATH": os.environ["PATH"],
            "CONFAB_ADDR": "127.0.0.1:0",
            "CONFAB_DATA": str(Path(folder) / "data"),
            "CONFAB_RATE_LIMIT": "off",
            **settings,
        }
        self._log = open(Path(folder) / "log", "w+")
        self._server = subprocess.Popen(
            [BINARY, "serve"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        impatience = threading.Timer(PATIENCE, self._server.kill)
        impatience.start()
        said = self._server.stdout.readline()
        impatience.cancel()
        address = re.search(r"Confab is at (\S+)", said)
        assert address, f"{BINARY} said {said!r}\n{self.log}"
        self.url = address[1]

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read()

    def close(self):
        self._server.kill()
        self._server.wait(PATIENCE)
        self._server.stdout.close()
        self._log.close()
