"""5-messenger: the public chat and a private one, live."""

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


people = []
for username in (ada, ben):
    call("POST", "/api/auth/register", {"username": username, "email": f"{username}@example.org", "password": password})
    people.append(call("POST", "/api/auth/login", {"username": username, "password": password}))

sockets = [listen(auth={"token": person["access_token"]}) for person in people]
for socket in sockets:
    socket.emit("join_public")
    heard(socket, "user_joined")
sockets[0].emit("send_public_message", {"content": "Hello everyone!"})
for socket in sockets:
    assert heard(socket, "new_public_message")["user"]["username"] == ada
sockets[0].emit("send_private_message", {"other_user_id": people[1]["user"]["id"], "content": "Private message"})
for socket in sockets:
    assert heard(socket, "new_private_message")["content"] == "Private message"
    socket.disconnect()
