"""4-rooms: one makes a room, both join it, and they talk live."""

import os
import sys
import uuid

import requests
import socketio

url = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CONFAB_URL", "http://127.0.0.1:5000")
password = "correct horse battery"
ada, ben = (f"{name}-{uuid.uuid4()}" for name in ("ada", "ben"))


def call(method, path, body=None, token=None):
    """Sends JSON and returns what came back; anything but success ends the program."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, url + path, json=body, headers=headers, timeout=10)
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


tokens = []
for username in (ada, ben):
    call("POST", "/api/register", {"username": username, "password": password})
    tokens.append(call("POST", "/api/login", {"username": username, "password": password})["token"])
room = call("POST", "/api/chat/rooms", {"name": f"garden-{uuid.uuid4()}", "description": "Plants"}, tokens[0])["id"]

sockets = [listen(auth={"token": token}) for token in tokens]
for socket in sockets:
    socket.emit("join", {"room_id": room})
    heard(socket, "status")
sockets[1].emit("message", {"room_id": room, "content": "Mind the roses"})
for socket in sockets:
    assert heard(socket, "message")["content"] == "Mind the roses"
    socket.disconnect()
assert sorted(user["username"] for user in call("GET", f"/api/chat/rooms/{room}", token=tokens[0])["users"]) == [ada, ben]
