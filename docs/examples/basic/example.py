"""1-basic: two people register and talk, live in the public chat and in private."""

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
    call("POST", "/register", {"username": username, "password": password})
    tokens.append(call("POST", "/login", {"username": username, "password": password})["token"])
at_ada, at_ben = (listen(auth={"token": token}) for token in tokens)

stored = at_ada.call("message", "Hello, all", timeout=10)
assert heard(at_ben, "message")["id"] == stored["id"]
call("POST", "/message", {"content": "Hello, Ben", "to": ben}, tokens[0])
assert heard(at_ben, "message")["content"] == "Hello, Ben"
assert call("GET", "/chats", token=tokens[1])[0]["username"] == ada
for socket in (at_ada, at_ben):
    socket.disconnect()
