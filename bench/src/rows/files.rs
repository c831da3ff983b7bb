//! Files: as large as films, up by tus and down again, and several of them as one zip file that is larger than the old
//! format can tell. What counts is that the server's memory doesn't grow with them.

use std::{process::Command, time::Instant};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::{FutureExt as _, future::LocalBoxFuture};
use http_body_util::BodyExt as _;
use hyper::{Method, body::Incoming};
use tokio::{fs::File, io::AsyncWriteExt as _};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    http::{Connection, bearer, pieces, whole},
    place::{Filled, Plan},
    process::Process,
    sample::Sample,
};

const UP: &str = "2 GiB up (tus, one PATCH), three times";
const DOWN: &str = "2 GiB down";
const ZIP: &str = "zip of the three, 6 GiB";

pub const ROW: Row = Row {
    name: "Files",
    title: "2 GiB up, down, and three such as one zip file",
    columns: &[
        Column { key: "peak_mb", heading: "peak memory, MB", digits: 1 },
        Column { key: "mb_per_second", heading: "MB a second", digits: 0 },
        Column { key: "mb_per_cpu_second", heading: "MB per CPU-second", digits: 0 },
    ],
    goals: &[
        Goal { words: "below 100 MB while 2 GiB go up", variant: UP, key: "peak_mb", bound: Bound::Most(100.0) },
        Goal { words: "below 100 MB while 2 GiB go down", variant: DOWN, key: "peak_mb", bound: Bound::Most(100.0) },
        Goal { words: "below 100 MB while 6 GiB are zipped", variant: ZIP, key: "peak_mb", bound: Bound::Most(100.0) },
    ],
    run,
};

/// What a file is made of: pieces of a MiB that differ from each other and from file to file.
const PIECE: usize = 1 << 20;
const PIECES: u32 = 2048;
const FILES: u32 = 3;
const SIZE: f64 = 2_147_483_648.0;

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut samples = Vec::new();
        for round in 0..bench.rounds(1) {
            samples.extend(measure(bench, round).await?);
        }
        Ok(samples)
    }
    .boxed_local()
}

async fn measure(bench: &Bench, round: u32) -> Result<Vec<Sample>> {
    let place = Filled::make(bench, "files", Plan::one_room(2)).await?;
    let running = confab::start(bench, &place.folder, &[("CONFAB_MAX_UPLOAD", "3GB")]).await?;
    let mut client = Client { connection: Connection::open(running.place.address).await?, process: &running.process };
    let mut samples = Vec::new();

    let project = client.make_project().await?;
    let mut files = Vec::new();
    let meter = client.begin()?;
    for number in 0..FILES {
        files.push(client.upload(&project, number).await?);
    }
    samples.push(client.end(&meter, Sample::new(UP, round), SIZE * f64::from(FILES))?);

    let meter = client.begin()?;
    let body = client.ask(&format!("/api/v1/files/{}/content", files[1])).await?;
    let faults = compare(body, 1).await?;
    samples.push(client.end(&meter, Sample::new(DOWN, round), SIZE)?.blamed(faults));

    let meter = client.begin()?;
    let path = place.folder.join("all.zip");
    let body = client.ask(&format!("/api/v1/projects/{project}/zip")).await?;
    let length = save(body, &path).await?;
    let sample = client.end(&meter, Sample::new(ZIP, round).with("bytes", length), length)?;
    let checked = Command::new("python3").arg(bench.root.join("bench/peers/check_zip.py")).arg(&path).output()?;
    let fault = (!checked.status.success()).then(|| String::from_utf8_lossy(&checked.stderr).into_owned());
    samples.push(sample.blamed(fault.into_iter().collect()));

    running.process.stop().await?;
    bench.scratch("files")?;
    Ok(samples)
}

/// Someone with files, beside the server that they talk to.
struct Client<'a> {
    connection: Connection,
    process: &'a Process,
}

/// A beginning.
struct Meter {
    at: Instant,
    cpu: f64,
}

impl Client<'_> {
    fn begin(&self) -> Result<Meter> {
        self.process.forget_peak()?;
        Ok(Meter { at: Instant::now(), cpu: self.process.cpu_seconds()? })
    }

    fn end(&self, meter: &Meter, sample: Sample, bytes: f64) -> Result<Sample> {
        let (wall, cpu) = (meter.at.elapsed().as_secs_f64(), self.process.cpu_seconds()? - meter.cpu);
        println!("    {} {:.1} s", sample.variant, wall);
        Ok(sample
            .with("peak_mb", self.process.peak_bytes()? / 1e6)
            .with("mb_per_second", bytes / wall / 1e6)
            .with("mb_per_cpu_second", bytes / cpu / 1e6))
    }

    async fn make_project(&mut self) -> Result<String> {
        let (name, value) = bearer(&Filled::token(0));
        let headers = [(name.as_str(), value.as_str()), ("content-type", "application/json")];
        let made =
            self.connection.send(Method::POST, "/api/v1/projects", &headers, whole(r#"{"name":"Films"}"#)).await?;
        ensure!(made.status() == 201, "no project: {}", made.status());
        let project: serde_json::Value = serde_json::from_slice(&made.into_body().collect().await?.to_bytes())?;
        Ok(project["id"].to_string())
    }

    /// Brings a file; returns its id.
    async fn upload(&mut self, project: &str, number: u32) -> Result<String> {
        let (name, value) = bearer(&Filled::token(0));
        let (length, encode) = (SIZE.to_string(), |text: String| BASE64_STANDARD.encode(text));
        let metadata =
            format!("filename {},project {}", encode(format!("film-{number}.bin")), encode(project.to_owned()));
        let both = [(name.as_str(), value.as_str()), ("tus-resumable", "1.0.0")];
        let about = [("upload-length", length.as_str()), ("upload-metadata", metadata.as_str())];
        let begun = self.connection.send(Method::POST, "/api/v1/uploads", &[both, about].concat(), whole("")).await?;
        let at = begun.headers().get("location").context("an upload has an address")?.to_str()?.to_owned();
        begun.into_body().collect().await?;
        let about = [("upload-offset", "0"), ("content-type", "application/offset+octet-stream")];
        let headers = [&both[..], &about, &[("content-length", length.as_str())]].concat();
        let body = pieces((0..PIECES).map(move |piece| content(number, piece)));
        let done = self.connection.send(Method::PATCH, &at, &headers, body).await?;
        ensure!(done.status() == 204, "the upload was answered {}", done.status());
        Ok(done.headers().get("upload-file").context("the upload became a file")?.to_str()?.to_owned())
    }

    async fn ask(&mut self, path: &str) -> Result<Incoming> {
        let (name, value) = bearer(&Filled::token(0));
        let answer = self.connection.send(Method::GET, path, &[(name.as_str(), &value)], whole("")).await?;
        ensure!(answer.status() == 200, "{path} answered {}", answer.status());
        Ok(answer.into_body())
    }
}

/// A piece of a file: the same each time, and no other piece's.
fn content(file: u32, piece: u32) -> Bytes {
    let mut seed = u64::from(file) << 32 | u64::from(piece) | 1 << 63;
    let mut bytes = Vec::with_capacity(PIECE);
    while bytes.len() < PIECE {
        // Marsaglia's xorshift64.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        bytes.extend(seed.to_le_bytes());
    }
    bytes.into()
}

/// What is wrong with a file that came back.
async fn compare(mut body: Incoming, file: u32) -> Result<Vec<String>> {
    let (mut piece, mut expected, mut right) = (0, Bytes::new(), true);
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame?.into_data() else { continue };
        while !data.is_empty() {
            if expected.is_empty() {
                expected = content(file, piece);
                piece += 1;
            }
            let count = data.len().min(expected.len());
            right &= data.split_to(count) == expected.split_to(count);
        }
    }
    right &= piece == PIECES && expected.is_empty();
    Ok((!right).then(|| "other bytes came back".to_owned()).into_iter().collect())
}

/// Writes it to a file; returns its length.
async fn save(mut body: Incoming, path: &std::path::Path) -> Result<f64> {
    let mut file = File::create(path).await?;
    let mut length = 0.0;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            file.write_all(&data).await?;
            length += f64::from(u32::try_from(data.len())?);
        }
    }
    file.flush().await?;
    Ok(length)
}
