import json

import pytest
import socketio
from conftest import PASSWORD, Ear


def register(client, username):
    client.post("/register", {"username": username, "password": PASSWORD})
    return client.post("/login", {"username": username, "password": PASSWORD}, 200)["token"]


def test_a_client_connects_and_talks_by_every_transport(client, listen, transports):
    ada, ben = register(client, "ada"), register(client, "ben")
    one, other = listen(ada, transports=transports), listen(ben, transports=transports)
    assert one.transport == transports[-1]
    assert one.ask("message", "good morning")["content"] == "good morning"
    assert other.next("message")["username"] == "ada"


def test_every_place_for_a_token_is_taken(client, listen, place):
    token = register(client, "ada")
    for how in (
        {"auth": {"token": token}},
        {"auth": json.dumps({"token": token})},
        {"url": f"{place.url}/?token={token}"},
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"headers": {"Cookie": f"confab_session={token}"}},
    ):
        ear = listen(**how)
        assert ear.next("connected") == {"message": "Welcome ada!"}
        assert ear.next("echo") == "you have been connected"


def test_without_a_good_token_nobody_gets_in(place, transports):
    for auth in (None, {"token": "wrong"}, "no JSON"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            Ear(place.url, transports=transports, auth=auth)
