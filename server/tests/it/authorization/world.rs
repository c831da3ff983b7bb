//! Everyone who asks, and the things that they ask about: made anew for each question, only those that it names.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use reqwest::{
    Method, RequestBuilder, header,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::table::Row;
use crate::{
    app::TestApp,
    person::{PASSWORD, client},
    v1::upload,
};

/// The smallest GIF that there is: one clear pixel.
const PICTURE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Who asks, as they stand to the private room or the project that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Without a credential.
    Nobody,
    /// Signed in, with nothing to do with it.
    Stranger,
    /// In it.
    Member,
    /// No longer in it.
    Former,
    /// Who made it.
    Owner,
    /// Administers the place, and isn't in it.
    Admin,
    /// The owner, with a token that was revoked.
    Revoked,
}

impl Asker {
    pub const ALL: [Self; 7] =
        [Self::Nobody, Self::Stranger, Self::Member, Self::Former, Self::Owner, Self::Admin, Self::Revoked];
}

struct Person {
    name: String,
    id: i64,
    token: String,
}

/// A place with people in it.
pub struct World {
    url: String,
    admin: Person,
    owner: Person,
    member: Person,
    former: Person,
    stranger: Person,
    /// Someone to talk to.
    peer: Person,
    revoked: String,
    public: i64,
    made: AtomicUsize,
}

/// What was answered.
pub struct Answer {
    /// The address without words to fill in.
    pub path: String,
    pub status: u16,
    pub kind: String,
    pub text: String,
}

/// What was made for one question, by its word.
type Things = BTreeMap<String, String>;

impl World {
    pub async fn of(app: &TestApp) -> Self {
        let url = app.url.clone();
        // The first account administers the place.
        let admin = sign_up(&url, "admin").await;
        let (owner, member, former) =
            (sign_up(&url, "owner").await, sign_up(&url, "member").await, sign_up(&url, "former").await);
        let (stranger, peer) = (sign_up(&url, "stranger").await, sign_up(&url, "peer").await);
        let place = tell(client().get(format!("{url}/api/v1/place"))).await;
        let public = place["public_conversation_id"].as_i64().expect("an id");
        let revoked = String::new();
        let world =
            Self { url, admin, owner, member, former, stranger, peer, revoked, public, made: AtomicUsize::new(0) };
        let revoked = world.token_of(&world.owner.token).await;
        world.by(&revoked, Method::DELETE, "/sessions/current", Value::Null).await;
        Self { revoked, ..world }
    }

    /// Asks what a row says, about things that were made for it.
    pub async fn ask(&self, asker: Asker, method: &str, row: &Row) -> Answer {
        let mut things = Things::new();
        let path = self.filled(&mut things, row.path).await;
        let body = self.filled(&mut things, row.body).await;
        let mut token = self.token(asker, &things);
        if row.signs_out
            && asker != Asker::Revoked
            && let Some(kept) = &token
        {
            token = Some(self.token_of(kept).await);
        }
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let request = client().request(method, format!("{}{path}", self.url));
        let request = token.iter().fold(request, RequestBuilder::bearer_auth);
        let request = match body.as_str() {
            "" => request,
            "FILE" => request.multipart(Form::new().part("file", Part::bytes(b"text".to_vec()).file_name("a.txt"))),
            tus if tus.starts_with("TUS") => upload::fill(request, tus.trim_start_matches("TUS").trim()),
            body => request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned()),
        };
        let response = request.send().await.expect("an answer");
        let kind = response.headers().get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().expect("text"));
        let (status, kind) = (response.status().as_u16(), kind.to_owned());
        Answer { path, status, kind, text: response.text().await.expect("text") }
    }

    /// What they bring; an account that was made to be closed belongs to itself.
    fn token(&self, asker: Asker, things: &Things) -> Option<String> {
        let token = match asker {
            Asker::Nobody => return None,
            Asker::Stranger => &self.stranger.token,
            Asker::Member => &self.member.token,
            Asker::Former => &self.former.token,
            Asker::Owner => things.get("token of newcomer").unwrap_or(&self.owner.token),
            Asker::Admin => &self.admin.token,
            Asker::Revoked => &self.revoked,
        };
        Some(token.clone())
    }

    /// `text` with what stands in `<>` made and named.
    async fn filled(&self, things: &mut Things, text: &str) -> String {
        let mut parts = text.split('<');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (word, rest) = part.split_once('>').expect("closed");
            filled.push_str(&self.thing(things, word).await);
            filled.push_str(rest);
        }
        filled
    }

    async fn thing(&self, things: &mut Things, word: &str) -> String {
        if let Some(made) = things.get(word) {
            return made.clone();
        }
        let made = Box::pin(self.make(things, word)).await;
        things.insert(word.to_owned(), made.clone());
        made
    }

    async fn make(&self, things: &mut Things, word: &str) -> String {
        let (owner, member) = (&self.owner.token, &self.member.token);
        match word {
            "unique" => format!("x{}", self.made.fetch_add(1, Ordering::Relaxed)),
            "password" => PASSWORD.to_owned(),
            "owner" => self.owner.id.to_string(),
            "owner name" => self.owner.name.clone(),
            "member" => self.member.id.to_string(),
            "peer" => self.peer.id.to_string(),
            "peer name" => self.peer.name.clone(),
            "public" => self.public.to_string(),
            "newcomer" => {
                let name = self.thing(things, "unique").await;
                let newcomer = sign_up(&self.url, &name).await;
                things.insert("token of newcomer".to_owned(), newcomer.token);
                newcomer.id.to_string()
            }
            "room" => self.room(things, true).await,
            "open room" => self.room(things, false).await,
            "message" => {
                let room = self.thing(things, "room").await;
                self.say(member, &room).await
            }
            "public message" => self.say(member, &self.public.to_string()).await,
            "owner's public message" => self.say(owner, &self.public.to_string()).await,
            "direct" => id(&self.by(member, Method::PUT, &format!("/direct/{}", self.peer.id), Value::Null).await),
            "direct message" => {
                let direct = self.thing(things, "direct").await;
                self.say(member, &direct).await
            }
            "project" => {
                let new = json!({"name": "Bridge", "people": [self.member.id, self.former.id]});
                let project = self.by(owner, Method::POST, "/projects", new).await;
                self.dismiss(&project["conversation_id"].to_string()).await;
                id(&project)
            }
            "record" => {
                let message = self.thing(things, "owner's public message").await;
                let record = json!({"filename": "a.png", "file_url": "https://example.org/a.png", "file_size": 5,
                    "public_message_id": message.parse::<i64>().expect("an id")});
                let request = client().post(format!("{}/api/files", self.url)).bearer_auth(owner).json(&record);
                id(&tell(request).await)
            }
            "session" => {
                let credentials = json!({"login": self.owner.name, "password": PASSWORD});
                let signed_in = tell(client().post(format!("{}/api/v1/sessions", self.url)).json(&credentials)).await;
                let token = signed_in["token"].as_str().expect("a token");
                let sessions = self.by(token, Method::GET, "/sessions", Value::Null).await;
                let mut items = sessions["items"].as_array().expect("sessions").iter();
                id(items.find(|session| session["current"] == true).expect("its own"))
            }
            "token" => {
                let made = self.by(owner, Method::POST, "/tokens", json!({"name": "spare"})).await;
                id(&made["access_token"])
            }
            other => self.make_file(things, other).await,
        }
    }

    /// What has to do with files.
    async fn make_file(&self, things: &mut Things, word: &str) -> String {
        let (owner, member) = (&self.owner.token, &self.member.token);
        match word {
            "file" => {
                let project = self.thing(things, "project").await;
                self.upload(member, &project, "a.txt", b"text").await
            }
            "picture" => {
                let project = self.thing(things, "project").await;
                self.upload(member, &project, "a.png", PICTURE).await
            }
            "owner's file" => {
                let project = self.thing(things, "project").await;
                self.upload(owner, &project, "b.txt", b"text").await
            }
            // Of the member's, with another version of the owner's.
            "replaced" => {
                self.thing(things, "file").await;
                let project = self.thing(things, "project").await;
                self.upload(owner, &project, "a.txt", b"text").await
            }
            "binned file" => {
                let file = self.thing(things, "file").await;
                self.by(member, Method::DELETE, &format!("/files/{file}"), Value::Null).await;
                file
            }
            "folder" => self.folder(things, member).await,
            "owner's folder" => self.folder(things, owner).await,
            "binned folder" => {
                let folder = self.thing(things, "folder").await;
                self.by(member, Method::DELETE, &format!("/folders/{folder}"), Value::Null).await;
                folder
            }
            "upload" => {
                let project = self.thing(things, "project").await;
                let request = client().post(format!("{}/api/v1/uploads", self.url)).bearer_auth(owner);
                let begun = upload::fill(request, &project).send().await.expect("an answer");
                let location = begun.headers()[header::LOCATION].to_str().expect("text");
                location.rsplit('/').next().expect("an id").to_owned()
            }
            "unsent file" => {
                let room = self.thing(things, "room").await;
                let form = Form::new().part("file", Part::bytes(b"text".to_vec()).file_name("a.txt"));
                let request =
                    client().post(format!("{}/api/v1/conversations/{room}/files", self.url)).bearer_auth(member);
                id(&tell(request.multipart(form)).await["items"][0]["file"])
            }
            "sent file" => {
                let file = self.thing(things, "unsent file").await;
                let path = format!("/conversations/{}/messages", self.thing(things, "room").await);
                self.by(member, Method::POST, &path, json!({"files": [file.parse::<i64>().expect("an id")]})).await;
                file
            }
            other => panic!("nobody knows how to make <{other}>"),
        }
    }

    /// A room of the owner's with the member in it, and someone who no longer is.
    async fn room(&self, things: &mut Things, private: bool) -> String {
        let name = self.thing(things, "unique").await;
        let room = self.by(&self.owner.token, Method::POST, "/rooms", json!({"name": name, "private": private})).await;
        let people = json!({"people": [self.member.id, self.former.id]});
        let members = format!("/conversations/{}/members", id(&room));
        self.by(&self.owner.token, Method::POST, &members, people).await;
        self.dismiss(&id(&room)).await;
        id(&room)
    }

    async fn upload(&self, token: &str, project: &str, name: &'static str, bytes: &'static [u8]) -> String {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name));
        let request = client().post(format!("{}/api/v1/projects/{project}/files", self.url)).bearer_auth(token);
        id(&tell(request.multipart(form)).await["items"][0])
    }

    async fn folder(&self, things: &mut Things, token: &str) -> String {
        let (project, name) = (self.thing(things, "project").await, self.thing(things, "unique").await);
        id(&self.by(token, Method::POST, &format!("/projects/{project}/folders"), json!({"name": name})).await)
    }

    async fn dismiss(&self, conversation: &str) {
        let path = format!("/conversations/{conversation}/members/{}", self.former.id);
        self.by(&self.owner.token, Method::DELETE, &path, Value::Null).await;
    }

    async fn say(&self, token: &str, conversation: &str) -> String {
        let path = format!("/conversations/{conversation}/messages");
        id(&self.by(token, Method::POST, &path, json!({"body": "hello"})).await)
    }

    async fn token_of(&self, token: &str) -> String {
        let made = self.by(token, Method::POST, "/tokens", json!({"name": "spare"})).await;
        made["token"].as_str().expect("a token").to_owned()
    }

    async fn by(&self, token: &str, method: Method, path: &str, body: Value) -> Value {
        let request = client().request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token);
        tell(if body.is_null() { request } else { request.json(&body) }).await
    }
}

async fn sign_up(url: &str, name: &str) -> Person {
    let new = json!({"username": name, "password": PASSWORD});
    let told = tell(client().post(format!("{url}/api/v1/accounts")).json(&new)).await;
    let token = told["token"].as_str().expect("a token").to_owned();
    Person { name: name.to_owned(), id: told["user"]["id"].as_i64().expect("an id"), token }
}

/// Sends what must succeed.
async fn tell(request: RequestBuilder) -> Value {
    let response = request.send().await.expect("an answer");
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await.expect("text");
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

fn id(thing: &Value) -> String {
    thing["id"].as_i64().unwrap_or_else(|| panic!("no id in {thing}")).to_string()
}
