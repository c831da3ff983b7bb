"""Flask-SocketIO as its documentation shows it, on the server that it chooses by itself (threads and simple-websocket):
what a client sends goes to everyone in the room."""

import socket

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app)


@socketio.on("connect")
def connect():
    join_room("room")


@socketio.on("message")
def message(data):
    emit("message", data, to="room")


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
print(port, flush=True)
socketio.run(app, host="127.0.0.1", port=port, allow_unsafe_werkzeug=True)
