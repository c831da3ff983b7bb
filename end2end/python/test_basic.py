from conftest import PASSWORD


def enter(client, username):
    user = client.post("/register", {"username": username, "password": PASSWORD})["user"]
    token = client.post("/login", {"username": username, "password": PASSWORD}, 200)["token"]
    return user["id"], token, client.bearing(token)


def test_people_talk_in_public_and_in_private(client, listen, transports):
    (ada, ada_token, _), (ben, ben_token, api) = enter(client, "ada"), enter(client, "ben")
    at_ada, at_ben = listen(ada_token, transports=transports), listen(ben_token, transports=transports)
    stored = at_ada.ask("message", "hello, all")
    for ear in (at_ada, at_ben):
        heard = ear.next("message")
        assert (heard["id"], heard["content"], heard["user_id"]) == (stored["id"], "hello, all", ada)
    private = at_ben.ask("message", {"content": "only for you", "to": "ada"})
    assert at_ada.next("message")["chat_id"] == private["chat_id"]
    api.post("/message", {"content": "and again", "chat_id": private["chat_id"]})
    assert at_ada.next("message")["content"] == "and again"


def test_chats_are_listed_most_recent_first(client):
    (_, _, ada), (ben_id, _, ben), (_, _, cleo) = (enter(client, name) for name in ("ada", "ben", "cleo"))
    cleo.post("/message", {"content": "one", "to": "ada"})
    ben.post("/message", {"content": "two", "to": "ada"})
    chats = ada.get("/chats")
    assert [chat["username"] for chat in chats] == ["ben", "cleo"]
    assert (chats[0]["id"], chats[0]["unread_count"]) == (ben_id, 1)


def test_refusals_are_json(client):
    enter(client, "ada")
    assert client.post("/register", {"username": "ADA", "password": PASSWORD}, 400)["message"]
    assert client.post("/login", {"username": "ada", "password": "wrong"}, 401)["message"]
    assert client.get("/chats", 401)["message"]
