from conftest import PASSWORD, Client


def enter(client, username):
    own = Client(client.url, keeps_cookies=True)
    answer = own.post("/auth/register", {"username": username, "password": PASSWORD})
    return answer["user_id"], own


def cookie(client):
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.session.cookies)}


def test_a_project_has_a_conversation_that_its_people_hear(client, listen, transports):
    (_, ada), (ben_id, ben), (_, eve) = (enter(client, name) for name in ("ada", "ben", "eve"))
    made = ada.post("/projects", {"name": "Bridge", "participant_ids": [ben_id]})
    conversation = {"conversation_id": made["conversation_id"]}
    ada.post(f"/conversations/{made['conversation_id']}/messages", {"content": "from before"})
    at_ada, at_ben = (listen(headers=cookie(each), transports=transports) for each in (ada, ben))
    for ear in (at_ada, at_ben):
        ear.emit("join", conversation)
        recent = ear.next("recent_messages")
        assert [message["content"] for message in recent["messages"]] == ["from before"]
        ear.next("status")
    at_ben.emit("send_message", {**conversation, "message": "over the wire"})
    for ear in (at_ada, at_ben):
        heard = ear.next("message")
        assert (heard["message"], heard["username"], heard["project_id"]) == ("over the wire", "ben", made["project_id"])
    at_eve = listen(headers=cookie(eve), transports=transports)
    at_eve.emit("join", conversation)
    assert at_eve.next("error")["message"]


def test_files_go_up_and_come_down(client):
    (_, ada), (_, eve) = enter(client, "ada"), enter(client, "eve")
    project = ada.post("/projects", {"name": "Bridge"})["project_id"]
    file = ada.post(f"/projects/{project}/files", files={"file": ("plan.txt", b"plan\n")})["file"]
    assert ada.get(f"/projects/{project}/files") == [file]
    assert ada.session.get(f"{client.url}/projects/{project}/files/{file['id']}", timeout=15).content == b"plan\n"
    assert eve.get(f"/projects/{project}/files", 403)["error"]


def test_a_sign_in_lasts_until_signing_out(client):
    ada_id, ada = enter(client, "ada")
    assert ada.get("/auth/check") == {"authenticated": True, "user_id": ada_id, "username": "ada"}
    ada.post("/auth/logout", status=200)
    assert ada.get("/auth/check", 401)["authenticated"] is False


def test_pages_of_a_conversation(client):
    (_, ada), (ben_id, ben) = enter(client, "ada"), enter(client, "ben")
    conversation = ada.post("/conversations", {"name": "Lunch", "participant_ids": [ben_id]})["conversation_id"]
    for number in range(5):
        ben.post(f"/conversations/{conversation}/messages", {"content": str(number)})
    page = ada.get(f"/conversations/{conversation}/messages?page=1&per_page=3")
    assert [message["content"] for message in page["messages"]] == ["4", "3", "2"]
    assert (page["total"], page["pages"], page["current_page"]) == (5, 2, 1)
    assert ada.get("/conversations/users?search=be") == [{"id": ben_id, "username": "ben"}]
