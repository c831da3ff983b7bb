//! Three times more than the server can take: first it is asked how much that is, then messages are due at fixed times,
//! over `/ws` and the API, whether or not the last ones were answered. Meanwhile and afterwards someone else posts in peace,
//! by whose waits it shows how the place is.

use std::time::Duration;

use anyhow::{Result, bail};
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, join_all},
};
use hdrhistogram::Histogram;
use tokio::{
    select,
    time::{Instant, sleep_until, timeout, timeout_at},
};

use super::{
    Extent, Fault,
    client::{Client, Heard},
    kept,
    over_http::is_broken,
};
use crate::{
    Bench,
    confab::{self, Running},
    http::Connection,
    place::{Filled, Plan, Spread},
    rows::Column,
    sample::{Sample, millis},
    socket::Place,
};

pub const FAULT: Fault = Fault {
    name: "overload",
    runs: "seconds of three times the load that it can take",
    checked: "what is too much is refused or held up; memory grows by 40 MB at most; 5 s after its end, p99 is as before \
              (1.5 × or 5 ms more at most); what was acknowledged is kept",
    figures: &[
        Column { key: "capacity", heading: "messages a second that it can take:", digits: 0 },
        Column { key: "offered", heading: "offered:", digits: 0 },
        Column { key: "acknowledged", heading: "acknowledged:", digits: 0 },
        Column { key: "refused", heading: "refused:", digits: 0 },
        Column { key: "held_up", heading: "still held up at its end:", digits: 0 },
        Column { key: "grown_mb", heading: "memory grew by MB:", digits: 1 },
        Column { key: "before_ms", heading: "p99 before, ms:", digits: 1 },
        Column { key: "during_ms", heading: "during:", digits: 1 },
        Column { key: "after_ms", heading: "from 5 s after:", digits: 1 },
    ],
    run,
};

/// Those who overload it, each in a room of their own, and the one who posts in peace.
const OVER_SOCKET: usize = 48;
const OVER_HTTP: usize = 48;
const QUIET: usize = OVER_SOCKET + OVER_HTTP;
/// How many messages each has under way while it is asked how much it can take.
const AHEAD: usize = 8;
const ASKED: Duration = Duration::from_secs(3);
/// How much more than that is offered.
const TIMES: f64 = 3.0;
/// How often the quiet one posts: half as often as the pace of a socket allows.
const EVERY: Duration = Duration::from_millis(100);
/// How long the quiet one is listened to, before and after.
const QUIET_SPAN: Duration = Duration::from_secs(10);
/// How long after the load all must be well.
const RECOVERY: Duration = Duration::from_secs(5);
/// How long someone waits for a socket that takes nothing.
const HELD_UP: Duration = Duration::from_millis(5);
/// Three times what it takes while the server bounds what it has read of each; where nothing did, it took 54.
const MEGABYTES: f64 = 40.0;

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let span = Duration::from_secs(extent.of(20, 5));
        let capacity = capacity(bench).await?;
        println!("    it can take {capacity:.0} messages a second");
        Ok(vec![
            measure(bench, "limits off", &[], capacity, span).await?,
            measure(bench, "limits on", &[("CONFAB_RATE_LIMIT", "on")], capacity, span).await?,
        ])
    }
    .boxed_local()
}

async fn begin(bench: &Bench, settings: &[(&str, &str)]) -> Result<(Filled, Running, Vec<Client>)> {
    let plan = Plan { people: QUIET + 1, rooms: QUIET + 1, rooms_each: 1, spread: Spread::Even, messages: 0 };
    let filled = Filled::make(bench, "overload", plan).await?;
    let running = confab::start(bench, &filled.folder, settings).await?;
    let mut clients: Vec<_> = (0..=QUIET).map(|person| Client::new(person, &[Filled::room(person)])).collect();
    for client in &mut clients {
        client.connect(running.place).await?;
    }
    Ok((filled, running, clients))
}

/// How many messages a second it acknowledges to those who always have some under way.
async fn capacity(bench: &Bench) -> Result<f64> {
    let (_, running, mut clients) = begin(bench, &[]).await?;
    let until = Instant::now() + ASKED;
    let insisting = clients.iter_mut().take(OVER_SOCKET).map(|client| insist(client, until));
    join_all(insisting).await.into_iter().collect::<Result<()>>()?;
    running.process.stop().await?;
    Ok(f64::from(u32::try_from(kept::acknowledged(&clients))?) / ASKED.as_secs_f64())
}

async fn insist(client: &mut Client, until: Instant) -> Result<()> {
    let room = Filled::room(client.person);
    for number in 0.. {
        while client.outbox.len() >= AHEAD {
            let Ok(heard) = timeout_at(until, client.hear()).await else { return Ok(()) };
            heard?;
        }
        client.post(room, number).await;
    }
    Ok(())
}

/// How many messages of one sender were due, and how many were refused.
#[derive(Default)]
struct Count {
    offered: u32,
    refused: u32,
}

async fn measure(
    bench: &Bench,
    variant: &str,
    settings: &[(&str, &str)],
    capacity: f64,
    span: Duration,
) -> Result<Sample> {
    let (filled, running, mut clients) = begin(bench, settings).await?;
    let (loud, quiet) = clients.split_at_mut(QUIET);
    let quiet = &mut quiet[0];
    let before = peace(quiet, Instant::now() + QUIET_SPAN).await?;
    let resident = running.process.resident_bytes()?;
    running.process.forget_peak()?;
    let senders = f64::from(u32::try_from(QUIET)?);
    let interval = Duration::from_secs_f64(senders / (capacity * TIMES));
    let until = Instant::now() + span;
    let loading = loud.iter_mut().map(|client| load(client, running.place, interval, until));
    let (counts, during) = tokio::join!(join_all(loading), peace(quiet, until));
    let grown = (running.process.peak_bytes()? - resident) / 1e6;
    loud.iter_mut().for_each(Client::leave);
    let well = Instant::now() + RECOVERY;
    peace(quiet, well).await?;
    let after = peace(quiet, well + QUIET_SPAN).await?;
    quiet.leave();
    running.process.stop().await?;
    let counts: Vec<Count> = counts.into_iter().collect::<Result<_>>()?;
    let sum = |of: fn(&Count) -> u32| f64::from(counts.iter().map(of).sum::<u32>());
    let acknowledged = f64::from(u32::try_from(kept::acknowledged(loud))?);
    let (before, during, after) = (millis(&before, 0.99), millis(&during?, 0.99), millis(&after, 0.99));
    let mut faults = kept::faults(&filled.folder, QUIET + 1, &clients, false)?;
    if acknowledged > capacity * span.as_secs_f64() * 2.0 {
        faults.push("it took twice what it can take: that was no overload".to_owned());
    }
    let (offered, refused) = (sum(|count| count.offered), sum(|count| count.refused));
    let held_up = offered - acknowledged - refused;
    if refused + held_up < 1.0 {
        faults.push("nothing was refused or held up".to_owned());
    }
    if grown > MEGABYTES {
        faults.push(format!("memory grew by {grown:.0} MB"));
    }
    if after > (before * 1.5).max(before + 5.0) {
        faults.push(format!("p99 was {before:.1} ms and is {after:.1} ms"));
    }
    Ok(Sample::new(variant, 0)
        .with("runs", span.as_secs_f64())
        .with("capacity", capacity)
        .with("offered", offered)
        .with("acknowledged", acknowledged)
        .with("refused", refused)
        .with("held_up", held_up)
        .with("grown_mb", grown)
        .with("before_ms", before)
        .with("during_ms", during)
        .with("after_ms", after)
        .blamed(faults))
}

/// Posts in peace; how long each acknowledgement took from when its message was due.
async fn peace(client: &mut Client, until: Instant) -> Result<Histogram<u64>> {
    let (mut waits, mut due) = (Histogram::new(3)?, Instant::now());
    let room = Filled::room(client.person);
    while due < until {
        sleep_until(due).await;
        client.post(room, i64::try_from(client.acknowledged.len())?).await;
        while !client.outbox.is_empty() {
            if let Heard::Gone = client.hear().await? {
                bail!("the quiet one lost their socket");
            }
        }
        waits.record(u64::try_from(due.elapsed().as_nanos())?)?;
        due += EVERY;
    }
    Ok(waits)
}

/// Has messages due at fixed times.
async fn load(client: &mut Client, place: Place, interval: Duration, until: Instant) -> Result<Count> {
    if client.person < OVER_SOCKET {
        load_socket(client, interval, until).await
    } else {
        load_http(client, place, interval, until).await
    }
}

async fn load_socket(client: &mut Client, interval: Duration, until: Instant) -> Result<Count> {
    let (mut count, mut due) = (Count::default(), Instant::now());
    let room = Filled::room(client.person);
    while due < until {
        let text = select! {
            biased;
            () = sleep_until(due) => {
                due += interval;
                // What the socket doesn't take at once waits with the sender, as does what the server doesn't read.
                let _ = timeout(HELD_UP, client.post(room, i64::from(count.offered))).await;
                count.offered += 1;
                // What is behind its time is offered at once, but not without listening between.
                match client.listen().now_or_never() {
                    Some(text) => text,
                    None => continue,
                }
            }
            text = client.listen() => text,
        };
        let Some(text) = text else { bail!("a sender lost their socket") };
        if let Heard::Refused(_) = client.take(&text).await? {
            count.refused += 1;
        }
    }
    Ok(count)
}

/// One request at a time: the next waits for the last one's answer, and is held up by it.
async fn load_http(client: &mut Client, place: Place, interval: Duration, until: Instant) -> Result<Count> {
    let (mut count, mut due) = (Count::default(), Instant::now());
    let room = Filled::room(client.person);
    let mut connection = Connection::open(place.address).await?;
    while due < until {
        sleep_until(due).await;
        (count.offered, due) = (count.offered + 1, due + interval);
        let posting = client.post_over_http(&mut connection, room, i64::from(count.offered));
        match timeout_at(until, posting).await {
            Ok(Ok(Heard::Refused(_))) => count.refused += 1,
            Ok(Ok(_)) => {}
            Ok(Err(error)) if is_broken(&error) => bail!("a sender lost their connection"),
            Ok(Err(error)) => return Err(error),
            Err(_) => break,
        }
    }
    // What was due while the last one waited for its answer.
    while due < until {
        count.offered += 1;
        due += interval;
    }
    Ok(count)
}
