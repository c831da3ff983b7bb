from conftest import PASSWORD


def enter(client, username):
    account = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    user = client.post("/api/auth/register", account)["user"]
    token = client.post("/api/auth/login", {"username": username, "password": PASSWORD}, 200)["access_token"]
    return user["id"], token, client.bearing(token)


def test_the_public_chat(client, listen, transports):
    (ada_id, ada_token, _), (_, ben_token, ben) = enter(client, "ada"), enter(client, "ben")
    at_ada, at_ben = (listen(token, transports=transports) for token in (ada_token, ben_token))
    assert at_ada.next("connected") == {"message": "Welcome ada!"}
    at_ada.emit("join_public")
    at_ada.next("user_joined", username="ada")
    at_ben.emit("join_public")
    assert at_ada.next("user_joined")["username"] == "ben"
    at_ada.emit("send_public_message", {"content": "Hello everyone!"})
    for ear in (at_ada, at_ben):
        heard = ear.next("new_public_message")
        assert (heard["content"], heard["user"]["id"], heard["username"]) == ("Hello everyone!", ada_id, "ada")
    ben.post("/api/messages", {"content": "by request"})
    assert at_ada.next("new_public_message")["content"] == "by request"
    at_ada.emit("get_online_users")
    assert sorted(user["username"] for user in at_ada.next("online_users")["users"]) == ["ada", "ben"]
    at_ben.close()
    assert at_ada.next("user_left")["username"] == "ben"


def test_a_private_chat(client, listen, transports):
    (ada_id, ada_token, _), (ben_id, ben_token, ben) = enter(client, "ada"), enter(client, "ben")
    at_ada, at_ben = (listen(token, transports=transports) for token in (ada_token, ben_token))
    at_ada.emit("join_private", {"other_user_id": ben_id})
    at_ada.next("joined_private")
    at_ada.emit("send_private_message", {"other_user_id": ben_id, "content": "Private message"})
    for ear in (at_ada, at_ben):
        heard = ear.next("new_private_message")
        assert (heard["content"], heard["sender"]["id"]) == ("Private message", ada_id)
    assert ben.get(f"/api/messages/private/{ada_id}")["messages"][0]["chat_id"] == heard["chat_id"]
    at_ada.emit("send_private_message", {"other_user_id": ada_id, "content": "me"})
    assert at_ada.next("error")["message"]


def test_files_of_a_message(client):
    (_, _, ada), (_, _, ben) = enter(client, "ada"), enter(client, "ben")
    message = ada.post("/api/messages", {"content": "see the plan"})["id"]
    file = {"filename": "plan.pdf", "file_url": "https://example.org/plan.pdf", "file_size": 1}
    ada.post("/api/files/", {**file, "public_message_id": message})
    assert "message" in ada.post("/api/files/", file, 400)
    assert [each["filename"] for each in ada.get("/api/files/")] == ["plan.pdf"]
    assert len(ben.get(f"/api/files/public/{message}")["files"]) == 1


def test_users(client):
    (ada_id, _, ada), (ben_id, _, ben) = enter(client, "ada"), enter(client, "ben")
    assert [user["username"] for user in client.get("/api/users/")["users"]] == ["ada", "ben"]
    assert client.get("/api/users/999", 404) == {"message": "User not found"}
    ben.put(f"/api/users/{ada_id}", {"username": "mallory"}, 403)
    assert ben.put(f"/api/users/{ben_id}", {"avatar_url": "https://example.org/ben.png"})["message"] == "User updated successfully"
    assert ben.delete(f"/api/users/{ben_id}") == {"message": "User deleted successfully"}
    ben.get("/api/messages", 401)
    assert ada.post("/api/auth/logout", status=200) == {"message": "Logout successful"}
