import json

from conftest import PASSWORD


def enter(client, username):
    answer = client.post("/user", {"username": username, "password": PASSWORD})
    assert answer["msg"] == "User added successfully"
    token = client.post("/login", {"username": username, "password": PASSWORD}, 200)["access_token"]
    return answer["id"], token, client.bearing(token)


def test_a_message_comes_as_an_event_named_by_its_recipient(client, listen, transports):
    (ada_id, _, ada), (ben_id, ben_token, ben), (_, cleo_token, _) = (enter(client, name) for name in ("ada", "ben", "cleo"))
    at_ben = listen(auth=json.dumps({"token": ben_token}), transports=transports)
    at_cleo = listen(auth=json.dumps({"token": cleo_token}), transports=transports)
    assert at_ben.next("echo") == "you have been connected"
    sent = ada.post(f"/message/{ben_id}", {"body": "hello, Ben"})
    row = {"id": sent["id"], "to": ben_id, "from": ada_id, "date_created": sent["date_created"], "body": "hello, Ben"}
    assert at_ben.next("ben") == row
    ben.post("/add_message/cleo", {"body": "hello, Cleo"})
    assert at_cleo.next("cleo")["body"] == "hello, Cleo"
    assert not at_cleo.heard("ben")


def test_messages_come_newest_first(client):
    (ada_id, _, ada), (ben_id, _, ben) = enter(client, "ada"), enter(client, "ben")
    ada.post(f"/message/{ben_id}", {"body": "one"})
    ben.post("/add_message/ada", {"body": "two"})
    rows = [(row["from"], row["to"], row["body"]) for row in ada.get(f"/message/{ben_id}")]
    assert rows == [(ben_id, ada_id, "two"), (ada_id, ben_id, "one")]


def test_a_revoked_token_is_good_for_nothing(client):
    for way in ("/logout", "/login"):
        _, _, api = enter(client, f"ada-{way[1:]}")
        assert api.get("/user")["username"] == f"ada-{way[1:]}"
        assert api.get(way)["msg"] == "JWT revoked"
        assert api.get("/user", 401)["msg"]
