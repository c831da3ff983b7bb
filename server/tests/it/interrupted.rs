//! Uploads that are interrupted, over and over, by dead lines and by SIGKILL: they go on from what is on disk, and the file
//! is what was sent.

use std::{fs, path::Path, time::Duration};

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

use crate::{
    app::{PATIENCE, TestApp},
    person::{Person, client},
    program::Program,
    v1::upload::metadata,
};

/// How often the line breaks.
const BREAKS: u64 = 200;
/// After how many bytes what has come is counted on the way.
const COUNTED: u64 = 8 << 20;

/// Bytes in which each place is told from its neighbours.
pub fn film(size: u64) -> Vec<u8> {
    (0..size).map(|n| (n % 251) as u8).collect()
}

/// An upload under way.
pub struct Upload {
    pub url: String,
    token: String,
    pub path: String,
    size: u64,
}

impl Upload {
    pub async fn begin(url: &str, token: String, size: u64) -> Self {
        let new = client().post(format!("{url}/api/v1/projects")).bearer_auth(&token).json(&json!({"name": "Bridge"}));
        let project: Value = new.send().await.expect("an answer").json().await.expect("JSON");
        let place = metadata(&[("filename", "film"), ("project", &project["id"].to_string())]);
        let begun = client().post(format!("{url}/api/v1/uploads")).bearer_auth(&token).header("tus-resumable", "1.0.0");
        let begun =
            begun.header("upload-length", size).header("upload-metadata", place).send().await.expect("an answer");
        assert_eq!(begun.status(), 201);
        let path = begun.headers()[header::LOCATION].to_str().expect("text").to_owned();
        Self { url: url.to_owned(), token, path, size }
    }

    fn request(&self, method: Method) -> RequestBuilder {
        let request = client().request(method, format!("{}{}", self.url, self.path)).bearer_auth(&self.token);
        request.header("tus-resumable", "1.0.0")
    }

    /// Where it stands.
    pub async fn offset(&self) -> u64 {
        let answer = self.request(Method::HEAD).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        number(&answer, "upload-offset")
    }

    /// Says that all the rest comes, and sends only this much of it.
    async fn send_some(&self, offset: u64, bytes: &[u8]) -> TcpStream {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).await.expect("it listens");
        let request = format!(
            "PATCH {} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            self.path,
            self.token,
            self.size - offset
        );
        stream.write_all(request.as_bytes()).await.expect("it listens");
        stream.write_all(bytes).await.expect("it listens");
        stream
    }

    /// Sends all the rest; the id of the file. A request on a dead line may only be read now, and come first.
    pub async fn finish(&self, whole: &[u8]) -> u64 {
        loop {
            let offset = self.offset().await;
            let request = self.request(Method::PATCH).header("upload-offset", offset).body(at(whole, offset).to_vec());
            let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream");
            let answer = request.send().await.expect("an answer");
            match answer.status().as_u16() {
                204 => return number(&answer, "upload-file"),
                status => assert_eq!(status, 409),
            }
        }
    }

    pub async fn content(&self, file: u64) -> Vec<u8> {
        let request = client().get(format!("{}/api/v1/files/{file}/content", self.url)).bearer_auth(&self.token);
        request.send().await.expect("an answer").bytes().await.expect("bytes").to_vec()
    }
}

fn number(answer: &reqwest::Response, name: &str) -> u64 {
    let value = answer.headers().get(name).unwrap_or_else(|| panic!("no {name}: {answer:?}"));
    value.to_str().expect("text").parse().expect("a number")
}

/// How many files lie below a folder.
pub fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("is there").path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn at(bytes: &[u8], offset: u64) -> &[u8] {
    &bytes[usize::try_from(offset).expect("fits")..]
}

#[tokio::test]
async fn two_hundred_dead_lines_change_nothing() {
    let app = TestApp::start().await;
    let whole = film(3_000_000);
    let upload = Upload::begin(&app.url, app.user("ada").await.token, 3_000_000).await;
    let (mut offset, mut furthest, mut moved) = (0, 0, 0);
    for n in 0..BREAKS {
        let some = usize::try_from(1 + n * 7_919 % 14_000).expect("fits");
        drop(upload.send_some(offset, &at(&whole, offset)[..some]).await);
        // Further than this line sent, if an earlier one is only read now.
        furthest = furthest.max(offset + some as u64);
        let stands = upload.offset().await;
        assert!((offset..=furthest).contains(&stands), "{stands} after {offset}, with at most {furthest}");
        moved += u64::from(stands > offset);
        offset = stands;
    }
    assert!(moved > 0, "something of it came");
    let file = upload.finish(&whole).await;
    assert!(upload.content(file).await == whole);
}

#[tokio::test]
async fn being_killed_in_the_middle_costs_only_what_was_not_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = film(30_000_000);
    let mut server = Program::start(folder.path(), &[]).await;
    let token = Person::sign_up(&server.url, "ada").await.token;
    let mut upload = Upload::begin(&server.url, token, 30_000_000).await;
    let uploads = folder.path().join("data/uploads");
    let staged = uploads.join("incoming").join(upload.path.rsplit('/').next().expect("an id"));
    let mut offset = 0;
    for sent in [COUNTED + 3_000_000, COUNTED + 5_000_000] {
        let length = |path: &Path| fs::metadata(path).map_or(0, |known| known.len());
        let line = upload.send_some(offset, &at(&whole, offset)[..usize::try_from(sent).expect("fits")]).await;
        // It has counted once, and has more than it counted.
        let beyond = async {
            while length(&staged) < offset + COUNTED + (1 << 20) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, beyond).await.expect("bytes on disk");
        server.kill();
        drop(line);
        assert!(length(&staged) > offset + COUNTED);

        server = Program::start(folder.path(), &[]).await;
        upload.url.clone_from(&server.url);
        let stands = upload.offset().await;
        assert!((offset + COUNTED..=offset + sent).contains(&stands), "{stands}");
        assert_eq!(stands, length(&staged), "it is cut back to what was counted");
        offset = stands;
    }
    let file = upload.finish(&whole).await;
    assert!(upload.content(file).await == whole);
    assert_eq!((files(&uploads.join("incoming")), files(&uploads.join("blobs"))), (0, 1));
    server.kill();
}
