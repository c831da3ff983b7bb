"""2-direct: messages come as an event that is named by their recipient; then the token is revoked."""

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


ben_id = call("POST", "/user", {"username": ben, "password": password})["id"]
call("POST", "/user", {"username": ada, "password": password})
token, token_of_ben = (
    call("POST", "/login", {"username": username, "password": password})["access_token"] for username in (ada, ben)
)
socket = listen(auth={"token": token_of_ben})
assert heard(socket, "echo") == "you have been connected"
call("POST", f"/message/{ben_id}", {"body": "Hello, Ben"}, token)
assert heard(socket, ben)["body"] == "Hello, Ben"
call("POST", f"/add_message/{ada}", {"body": "Hello, Ada"}, token_of_ben)
assert [row["body"] for row in call("GET", f"/message/{ben_id}", token=token)] == ["Hello, Ada", "Hello, Ben"]
socket.disconnect()
assert call("GET", "/logout", token=token)["msg"] == "JWT revoked"
assert requests.get(f"{url}/user", headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code == 401
