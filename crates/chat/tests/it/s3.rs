//! Buckets to test with, in a server of S3 that belongs to this run alone: moto, from the Python tools.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use chat::Bucket;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::OnceCell,
};

/// Serves until standard input closes. This process holds the other end, so however the tests end, the server goes.
const SERVER: &str = "
import logging, os, sys
from moto.server import ThreadedMotoServer

logging.getLogger('werkzeug').setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print('%s:%d' % server.get_host_and_port(), flush=True)
sys.stdin.read()
os._exit(0)
";

/// A server of our own.
struct Server {
    address: String,
    _process: Child,
}

impl Server {
    fn start() -> Self {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/python/bin/python");
        let missing = "The S3 server of the tests (moto) is missing: run `scripts/setup-python`";
        let mut command = Command::new(&python);
        command.args(["-c", SERVER]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{missing} ({}: {error})", python.display()));
        let mut line = String::new();
        let output = process.stdout.take().expect("is piped");
        BufReader::new(output).read_line(&mut line).expect("the server answers");
        assert!(line.starts_with("127.0.0.1:"), "{missing}");
        Self { address: line.trim().to_owned(), _process: process }
    }
}

async fn server() -> &'static Server {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    let start = || async { tokio::task::spawn_blocking(Server::start).await.expect("it starts") };
    SERVER.get_or_init(start).await
}

/// A bucket that nothing is in.
pub(crate) async fn bucket() -> Bucket {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let bucket = missing_bucket(&format!("files-{}", NEXT.fetch_add(1, Ordering::Relaxed))).await;
    ask("PUT", &bucket.name).await;
    bucket
}

/// A bucket that isn't there.
pub(crate) async fn missing_bucket(name: &str) -> Bucket {
    Bucket {
        name: name.to_owned(),
        prefix: "some/where".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{}", server().await.address)),
        access_key_id: "ada".to_owned(),
        secret_access_key: "a secret that nobody is told".to_owned(),
        session_token: None,
    }
}

/// The names of all objects in a bucket.
pub(crate) async fn objects(bucket: &Bucket) -> Vec<String> {
    let listed = ask("GET", &format!("{}?list-type=2", bucket.name)).await;
    let keys = listed.split("<Key>").skip(1);
    keys.filter_map(|key| Some(key.split_once("</Key>")?.0.to_owned())).collect()
}

/// How many uploads in parts the bucket still waits for.
pub(crate) async fn half_sent(bucket: &Bucket) -> usize {
    ask("GET", &format!("{}?uploads", bucket.name)).await.matches("<UploadId>").count()
}

/// Loses an object.
pub(crate) async fn lose(bucket: &Bucket, name: &str) {
    ask("DELETE", &format!("{}/{name}", bucket.name)).await;
}

/// Puts an object where nobody knows of it.
pub(crate) async fn put(bucket: &Bucket, name: &str) {
    ask("PUT", &format!("{}/{name}", bucket.name)).await;
}

const NOBODY: &str = "Authorization: AWS4-HMAC-SHA256 Credential=ada/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// One request with a signature that nobody could have made: this server lets anyone in.
async fn ask(method: &str, path: &str) -> String {
    let address = &server().await.address;
    let mut stream = TcpStream::connect(address).await.expect("the server of S3 listens");
    let length = if method == "PUT" { "Content-Length: 0\r\n" } else { "" };
    let request =
        format!("{method} /{path} HTTP/1.1\r\nHost: {address}\r\n{NOBODY}\r\nConnection: close\r\n{length}\r\n");
    stream.write_all(request.as_bytes()).await.expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    answer
}
