"""3-projects: a project with a file, and its conversation live; the sign-in is a cookie."""

import os
import sys
import uuid

import requests
import socketio

url = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CONFAB_URL", "http://127.0.0.1:5000")
password = "correct horse battery"
ada, ben = (f"{name}-{uuid.uuid4()}" for name in ("ada", "ben"))


def call(person, method, path, body=None, **more):
    """Sends JSON and returns what came back; anything but success ends the program."""
    answer = person.request(method, url + path, json=body, timeout=10, **more)
    print(method, path, answer.status_code, answer.text)
    answer.raise_for_status()
    return answer.json()


def listen(**credential):
    socket = socketio.SimpleClient()
    socket.connect(url, **credential)
    return socket


def heard(socket, event):
    """Waits for an event, but not for ever; others are passed over."""
    while True:
        name, *data = socket.receive(timeout=10)
        if name == event:
            print("heard", name, *data)
            return data[0] if data else None


# A session keeps the cookie as a browser does.
owner, guest = requests.Session(), requests.Session()
call(owner, "POST", "/auth/register", {"username": ada, "password": password})
guest_id = call(guest, "POST", "/auth/register", {"username": ben, "password": password})["user_id"]
made = call(owner, "POST", "/projects", {"name": "Bridge", "participant_ids": [guest_id]})
files = f"/projects/{made['project_id']}/files"
file = call(owner, "POST", files, files={"file": ("plan.txt", b"The bridge holds.")})["file"]
assert owner.get(f"{url}{files}/{file['id']}", timeout=10).content == b"The bridge holds."

cookies = ["; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies) for person in (owner, guest)]
sockets = [listen(headers={"Cookie": cookie}) for cookie in cookies]
for socket in sockets:
    socket.emit("join", {"conversation_id": made["conversation_id"]})
    heard(socket, "recent_messages")
sockets[1].emit("send_message", {"conversation_id": made["conversation_id"], "message": "See the plan"})
for socket in sockets:
    assert heard(socket, "message")["username"] == ben
    socket.disconnect()
