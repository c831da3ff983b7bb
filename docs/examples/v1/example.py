"""v1: an access token for a program, a room, and a message that is sent twice, stored once, and heard live."""

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


own = call("POST", "/api/v1/accounts", {"username": ada, "password": password})["token"]
token = call("POST", "/api/v1/tokens", {"name": "An example", "days": 1}, own)["token"]
room = call("POST", "/api/v1/rooms", {"name": f"garden-{uuid.uuid4()}", "topic": "Plants"}, token)["id"]

socket = listen(auth={"token": token})
socket.emit("join", {"conversation_id": room})
heard(socket, "status")
messages = f"/api/v1/conversations/{room}/messages"
draft = {"body": "Mind the *roses*", "client_id": str(uuid.uuid4())}
first, second = (call("POST", messages, draft, token)["id"] for _ in range(2))
assert first == second == heard(socket, "message")["id"]
assert call("GET", f"{messages}?limit=1", token=token)["items"][0]["body"] == "Mind the *roses*"
socket.disconnect()
