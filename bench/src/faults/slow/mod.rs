//! People who don't read: a tenth of a room of a thousand takes nothing out of its sockets. With them and without them in
//! turn, since only runs of the same minutes can be compared.

mod line;

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{
    FutureExt as _, StreamExt as _, TryStreamExt as _,
    future::{LocalBoxFuture, join_all},
    stream,
};
use protocol::{ClientFrame, ConversationId};
use tokio::{
    task::spawn_local,
    time::{sleep, sleep_until},
};

use self::line::Lines;
use super::{
    Extent, Fault,
    client::{Client, Heard},
    kept, settle,
};
use crate::{
    Bench,
    confab::{self, Running},
    ledger::{Ledger, Said},
    place::{Filled, Plan},
    rows::Column,
    sample::Sample,
    socket::{self, Mouth},
    words::{self, body},
};

pub const FAULT: Fault = Fault {
    name: "slow",
    runs: "runs of a room of 1,000, in every other of which 100 don’t read",
    checked: "the others’ p99 is at most 1.2 × that without them; each costs at most 1 MB; each is cut off within 30 s of \
              being stuck, then resumes whole; all is kept",
    figures: &[
        Column { key: "p99_without_ms", heading: "p99 of post to each without them, ms:", digits: 1 },
        Column { key: "p99_with_ms", heading: "with them:", digits: 1 },
        Column { key: "ratio", heading: "ratio, median of neighbours:", digits: 2 },
        Column { key: "kilobytes", heading: "memory for each, KB:", digits: 0 },
        Column { key: "cut_s", heading: "longest stuck before it was cut off, s:", digits: 1 },
    ],
    run,
};

const READERS: usize = 900;
const SLOW: usize = 100;
/// How often someone posts.
const EVERY: Duration = Duration::from_millis(100);
/// How many times longer than other rows’ its messages are.
const LENGTH: usize = 60;
/// Messages before those that count.
const WARM_UP: u32 = 10;
/// How many sockets are being opened at once.
const OPENING: usize = 32;
/// How often is looked whether someone is stuck or cut off.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What must hold.
const RATIO: f64 = 1.2;
const KILOBYTES: f64 = 1_000.0;
const CUT_SECONDS: f64 = 30.0;

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let orders = [[false, true], [true, false]];
        let mut pairs = Vec::new();
        for pair in 0..extent.of(4, 1) {
            let mut of_pair = Vec::new();
            for slow in orders[pair % 2] {
                let one = measure(bench, slow).await?;
                println!("    {} p99 {:.1} ms", if slow { "with them" } else { "without them" }, one.p99_ms);
                of_pair.push(one);
            }
            if orders[pair % 2][0] {
                of_pair.reverse();
            }
            pairs.push(of_pair);
        }
        Ok(vec![verdict(&pairs)])
    }
    .boxed_local()
}

/// What one run came to.
#[derive(Default)]
struct Run {
    p99_ms: f64,
    peak_bytes: f64,
    /// The longest that anyone was stuck before they were cut off.
    cut_seconds: f64,
    faults: Vec<String>,
}

fn verdict(pairs: &[Vec<Run>]) -> Sample {
    let median =
        |of: &dyn Fn(&[Run]) -> f64| crate::figures::median(&mut pairs.iter().map(|pair| of(pair)).collect::<Vec<_>>());
    let ratio = median(&|pair| pair[1].p99_ms / pair[0].p99_ms).unwrap_or(f64::NAN);
    let each = f64::from(u32::try_from(SLOW).unwrap_or(u32::MAX));
    let kilobytes = median(&|pair| (pair[1].peak_bytes - pair[0].peak_bytes) / each / 1e3).unwrap_or(f64::NAN);
    let cut = pairs.iter().map(|pair| pair[1].cut_seconds).fold(0.0, f64::max);
    let mut faults: Vec<_> = pairs.iter().flatten().flat_map(|run| run.faults.clone()).collect();
    for (what, figure, most) in
        [("p99 ratio", ratio, RATIO), ("KB for each", kilobytes, KILOBYTES), ("seconds stuck", cut, CUT_SECONDS)]
    {
        if figure.is_nan() || figure > most {
            faults.push(format!("{what}: {figure:.2} instead of {most} at most"));
        }
    }
    let runs = f64::from(u32::try_from(2 * pairs.len()).unwrap_or(u32::MAX));
    Sample::new("", 0)
        .with("runs", runs)
        .with("p99_without_ms", median(&|pair| pair[0].p99_ms).unwrap_or(f64::NAN))
        .with("p99_with_ms", median(&|pair| pair[1].p99_ms).unwrap_or(f64::NAN))
        .with("ratio", ratio)
        .with("kilobytes", kilobytes)
        .with("cut_s", cut)
        .blamed(kept::few(faults))
}

async fn measure(bench: &Bench, slow: bool) -> Result<Run> {
    let filled = Filled::make(bench, "slow", Plan::one_room(READERS + SLOW)).await?;
    let running = confab::start(bench, &filled.folder, &[]).await?;
    let ledger = Ledger::new(running.place.speech, Said::Messages, READERS)?;
    let opening = (0..READERS).map(|person| async move { socket::open(running.place, &Filled::token(person)).await });
    let mut mouths = Vec::new();
    for (ear, mouth) in stream::iter(opening).buffered(OPENING).try_collect::<Vec<_>>().await? {
        mouths.push(mouth);
        spawn_local(ledger.clone().listen(ear));
    }
    let (mut lines, mut others) = (Lines::default(), Vec::new());
    for person in READERS..READERS + SLOW {
        let mut client = Client::new(person, &[Filled::room(0)]);
        client.begin(lines.connect(running.place, person).await?).await;
        others.push(client);
    }
    let mut run = Run::default();
    let speaking = speak(&mouths[0], &ledger, &running);
    let reading = join_all(others.iter_mut().map(read));
    tokio::select! {
        // Both kinds of runs look at the sockets, since looking takes time of the generator’s core.
        (spoken, looked) = async { tokio::join!(speaking, watch(&mut lines, running.place.address.port())) } => {
            spoken?;
            looked?;
        }
        ends = reading, if !slow => anyhow::bail!("sockets ended: {ends:?}"),
    }
    let mut left = 0;
    ledger.wait(1).await;
    run.p99_ms = ledger.each_millis(0.99);
    run.peak_bytes = running.process.peak_bytes()?;
    run.faults = ledger.faults();
    if slow {
        run.cut_seconds = lines.longest_stuck();
        left = lines.left();
        // Nothing of theirs is under way: they come back, and hear what there is.
        settle::everyone(running.place, &mut others).await?;
        let most = [(Filled::room(0), i64::try_from(ledger.posted())?)].into();
        settle::hear_all(running.place, &mut others, &most).await?;
    }
    others.iter_mut().for_each(Client::leave);
    running.process.stop().await?;
    if left > 0 {
        run.faults.push(format!("{left} of those who don’t read were never cut off"));
    }
    run.faults.extend(filled.lacks(Filled::room(0), &ledger.acknowledged(), ledger.posted())?);
    run.faults.extend(kept::faults(&filled.folder, 1, &others, false)?);
    Ok(run)
}

/// A message that is long enough to fill what the system holds for a socket within seconds.
fn words(number: i64) -> Result<String> {
    let frame = ClientFrame::Send {
        client_id: words::client_id(number),
        conversation_id: ConversationId(Filled::room(0)),
        body: body(number).repeat(LENGTH),
        files: Vec::new(),
    };
    Ok(serde_json::to_string(&frame)?)
}

/// How long someone speaks: long enough that whoever doesn't read is stuck and then cut off.
const SPAN: Duration = Duration::from_secs(55);

async fn speak(mouth: &Mouth, ledger: &Ledger, running: &Running) -> Result<()> {
    let begin = Instant::now() + EVERY;
    for number in 0.. {
        let due = begin + EVERY * number;
        sleep_until(due.into()).await;
        if number == WARM_UP {
            ledger.begin();
            running.process.forget_peak()?;
        }
        if due > begin + SPAN {
            break;
        }
        ledger.post(number.into(), due);
        mouth.say(words(number.into())?).await?;
    }
    Ok(())
}

/// Watches those who may not read for as long as someone speaks.
async fn watch(lines: &mut Lines, port: u16) -> Result<()> {
    let from = Instant::now();
    while from.elapsed() < SPAN {
        sleep(LOOK_EVERY).await;
        lines.look(port)?;
    }
    Ok(())
}

async fn read(client: &mut Client) -> Result<()> {
    while matches!(client.hear().await?, Heard::Known) {}
    Ok(())
}
