"""Sends a server of its own whatever its description allows, and what it forbids, and checks every answer."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "python"))
from place import Place  # noqa: E402

# The short one comes out the same each time: limits, what lies beyond them, and a few made-up values.
RUNS = {
    "short": {
        "member": ["--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--generation-deterministic"],
        "stranger": ["--phases", "coverage", "--mode", "positive", "--generation-deterministic"],
    },
    "long": {who: ["--max-examples", "100"] for who in ("member", "stranger")},
}


def populate(url):
    """Something to find: the small numbers that are tried first are ids of something."""
    password = "correct horse battery"
    tokens = {}
    for username in ("ada", "ben"):
        account = {"username": username, "password": password, "email": f"{username}@example.org"}
        tokens[username] = post(url, "/api/v1/accounts", account)["token"]
    for username, token in tokens.items():
        for number in range(3):
            message = post(url, "/api/messages", {"content": f"message {number}"}, token)
        post(url, "/api/v1/rooms", {"name": f"{username}’s room"}, token)
        project = post(url, "/projects", {"name": "Bridge", "participant_ids": [1, 2]}, token)
        post(url, f"/projects/{project['project_id']}/files", None, token, files={"file": ("plan.txt", b"plan")})
        file = {"filename": "plan.pdf", "file_url": "https://example.org/plan.pdf", "file_size": 1}
        post(url, "/api/files", {**file, "public_message_id": message["id"]}, token)
    post(url, "/api/messages/private/2", {"content": "hello"}, tokens["ada"])


def post(url, path, body, token=None, **more):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(url + path, json=body, headers=headers, timeout=10, **more)
    assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


def fuzz(url, who, options, folder):
    print(f"==> as a {who}", flush=True)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", FOLDER / "schemathesis.toml"]
    command += ["run", f"{url}/api/openapi.json", "--warnings", "off", *options]
    settings = {"CONFAB_URL": url, "CONFAB_FUZZ_AS": who, "PYTHONPATH": str(FOLDER)}
    # Nothing of it stays behind.
    settings |= {"HYPOTHESIS_STORAGE_DIRECTORY": folder, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=FOLDER, env={**os.environ, **settings}).returncode


def main():
    kind, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="confab-fuzz-") as folder:
        place = Place(folder)
        try:
            populate(place.url)
            codes = [fuzz(place.url, who, [*usual, *options], folder) for who, usual in RUNS[kind].items()]
        finally:
            place.close()
    sys.exit(any(codes))


main()
