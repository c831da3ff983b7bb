from conftest import PASSWORD


def enter(client, username):
    client.post("/api/register", {"username": username, "password": PASSWORD})
    token = client.post("/api/login", {"username": username, "password": PASSWORD}, 200)["token"]
    return token, client.bearing(token)


def test_people_talk_in_a_room(client, listen, transports):
    (ada_token, ada), (ben_token, _) = enter(client, "ada"), enter(client, "ben")
    room = ada.post("/api/chat/rooms", {"name": "garden"})["id"]
    at_ada, at_ben = (listen(token, transports=transports) for token in (ada_token, ben_token))
    for ear in (at_ada, at_ben):
        ear.emit("join", {"room_id": room})
        ear.next("status")
    at_ben.emit("message", {"room_id": room, "content": "mind the roses"})
    for ear in (at_ada, at_ben):
        heard = ear.next("message")
        assert (heard["room_id"], heard["content"], heard["username"]) == (room, "mind the roses", "ben")
    ada.post(f"/api/chat/rooms/{room}/messages", {"message": "they are thorny"})
    assert at_ben.next("message")["content"] == "they are thorny"


def test_rooms_are_made_joined_left_and_read(client):
    (_, ada), (_, ben) = enter(client, "ada"), enter(client, "ben")
    room = ada.post("/api/chat/rooms", {"name": "garden"})["id"]
    assert [each["joined"] for each in ben.get("/api/chat/rooms")] == [False]
    ben.post(f"/api/chat/rooms/{room}/join", status=200)
    assert sorted(user["username"] for user in ben.get(f"/api/chat/rooms/{room}")["users"]) == ["ada", "ben"]
    ben.post(f"/api/chat/rooms/{room}/leave", status=200)
    ben.post(f"/api/chat/rooms/{room}/messages", {"text": "posting joins"})
    assert [each["joined"] for each in ben.get("/api/chat/rooms")] == [True]
    assert [each["content"] for each in ada.get(f"/api/chat/rooms/{room}/messages")] == ["posting joins"]
    assert ada.get("/api/chat/rooms/999", 404)["message"]
