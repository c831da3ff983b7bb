//! What people say: short exchanges, now here, now there. One asks or tells something, others answer, then it is over.

use fastrand::Rng;
use protocol::{Body, Timestamp};

use super::{calendar::Calendar, cast::Cast, words::pick};
use crate::store::seed::{Portion, SeedMessage, SeedReaction};

/// The whole talk, from the first to the last message.
pub(super) struct Talk {
    rng: Rng,
    calendar: Calendar,
    exchange: Exchange,
}

/// A few messages in one conversation.
#[derive(Default)]
struct Exchange {
    stage: usize,
    /// Who takes part.
    speakers: Vec<usize>,
    /// What it is about.
    subject: &'static str,
    said: usize,
    left: usize,
    last_speaker: Option<usize>,
}

impl Talk {
    pub(super) fn new(rng: Rng, calendar: Calendar) -> Self {
        Self { rng, calendar, exchange: Exchange::default() }
    }

    pub(super) fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// The next `count` messages, in the order of their times.
    pub(super) fn say(&mut self, cast: &mut Cast, count: usize) -> Portion {
        let mut portion = Portion::default();
        for _ in 0..count {
            let at = self.calendar.next(&mut self.rng);
            self.next(cast, at, &mut portion);
        }
        portion
    }

    fn next(&mut self, cast: &mut Cast, at: Timestamp, portion: &mut Portion) {
        if self.exchange.left == 0 {
            self.begin(cast);
        }
        let speaker = self.speaker();
        let other = self.exchange.speakers.iter().find(|other| **other != speaker).copied();
        let mention = other.and_then(|other| cast.people.get(other)).map(|user| user.username.clone());
        let body = self.body(mention.as_deref());
        let exchange = &mut self.exchange;
        exchange.left -= 1;
        exchange.said += 1;
        exchange.last_speaker = Some(speaker);
        let (Some(stage), Some(author)) = (cast.stages.get_mut(exchange.stage), cast.people.get(speaker)) else {
            return;
        };
        stage.position.say(at);
        stage.spoken.insert(speaker, stage.position.last_seq);
        let position = stage.position;
        portion.messages.push(SeedMessage { position, author_id: author.id, body, created_at: at });
        if self.rng.u8(0..100) < 7 {
            let fans: Vec<usize> =
                (0..self.rng.usize(1..4)).filter_map(|_| self.rng.choice(&stage.members).copied()).collect();
            let emoji = pick(&mut self.rng, EMOJI);
            for fan in fans.into_iter().filter_map(|fan| cast.people.get(fan)) {
                portion.reactions.push(SeedReaction { position, user_id: fan.id, emoji });
            }
        }
    }

    fn begin(&mut self, cast: &Cast) {
        let rng = &mut self.rng;
        let stage = cast.choose(rng);
        let members = cast.stages.get(stage).map_or(&[][..], |stage| &stage.members);
        let mut speakers: Vec<usize> = (0..rng.usize(2..5)).filter_map(|_| rng.choice(members).copied()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        rng.shuffle(&mut speakers);
        let subject = pick(rng, SUBJECTS);
        self.exchange = Exchange { stage, speakers, subject, said: 0, left: rng.usize(1..9), last_speaker: None };
    }

    /// Whoever spoke last seldom speaks again at once.
    fn speaker(&mut self) -> usize {
        let Self { rng, exchange, .. } = self;
        let others: Vec<usize> =
            exchange.speakers.iter().copied().filter(|speaker| Some(*speaker) != exchange.last_speaker).collect();
        let again = others.is_empty() || rng.u8(0..10) == 0;
        let from = if again { &exchange.speakers } else { &others };
        rng.choice(from).copied().unwrap_or_default()
    }

    fn body(&mut self, mention: Option<&str>) -> String {
        let Self { rng, exchange, .. } = self;
        let template = if exchange.said == 0 {
            pick(rng, OPENINGS)
        } else if exchange.left == 1 {
            pick(rng, ENDINGS)
        } else {
            pick(rng, ANSWERS)
        };
        let text = template
            .replace("{subject}", exchange.subject)
            .replace("{person}", &mention.map_or_else(|| "everyone".to_owned(), |name| format!("@{name}")))
            .replace("{day}", pick(rng, DAYS))
            .replace("{number}", &rng.u32(2..90).to_string())
            .replace("{link}", pick(rng, LINKS))
            .replace("{code}", pick(rng, CODE));
        let text = if rng.u8(0..8) == 0 { format!("{text} {}", pick(rng, EMOJI)) } else { text };
        // Through the same door as everyone's messages.
        Body::parse(&text).map_or(text.clone(), |body| body.as_str().to_owned())
    }
}

const EMOJI: &[&str] = &["👍", "🎉", "❤️", "😄", "👀", "🙏", "🚀", "✅", "😅", "💯"];

const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "tomorrow", "next week"];

const LINKS: &[&str] = &[
    "https://example.org/notes/2041",
    "https://example.org/board/roadmap",
    "https://example.org/status",
    "https://docs.example.org/start",
    "https://example.com/report.pdf",
];

const SUBJECTS: &[&str] = &[
    "the new sign-in page",
    "the import job",
    "the invoice template",
    "the search index",
    "the press release",
    "the onboarding mail",
    "the printer on the second floor",
    "the quarterly numbers",
    "the dark theme",
    "the Lisbon trip",
    "the API documentation",
    "the backup",
    "the cache",
    "the contract with the caterer",
    "the map on the contact page",
    "the mobile release",
    "the customer call",
    "the monitoring",
    "the job description",
    "the migration",
    "the payment form",
    "the photo shoot",
    "the offline mode",
    "the support queue",
    "the video call setup",
    "the workshop",
    "the translation",
    "the upload limit",
    "the welcome screen",
    "the yearly plan",
];

const OPENINGS: &[&str] = &[
    "Does anyone know where {subject} stands?",
    "Morning! I’ll look at {subject} today, shout if you’re already on it.",
    "{person} have you got ten minutes for {subject} before lunch?",
    "I’ve put my notes on {subject} here: {link}",
    "Heads-up: {subject} changes on {day}. Nothing for you to do, just so nobody is surprised.",
    "Two questions about {subject}:\n\n1. Who decides in the end?\n2. Is {day} still realistic?",
    "We had {number} reports about {subject} since yesterday. Most of them the same thing.",
    "Could someone review {subject}? It’s small, I promise.",
    "Good news: {subject} is done. **Thank you all**, that was a lot of work.",
    "Is it just me or is {subject} slow today?",
    "For {day}: I’d like to show {subject} to the whole team. Objections?",
    "I keep seeing this when I touch {subject}:\n\n{code}",
    "What’s the plan for {subject} when {person} is on holiday?",
    "Reminder: feedback on {subject} until {day}, please.",
    "Numbers for {subject}: up {number}% against last month.",
    "Quick one: `main` is green again, {subject} included.",
    "Lunch?",
    "I’m in the office on {day}, anyone else?",
    "Who has the key to the small meeting room?",
    "The customer called again about {subject}. I told them {day}. Was that too bold?",
];

const ANSWERS: &[&str] = &[
    "On it.",
    "I can take that.",
    "Sounds good to me.",
    "Hm, I’d rather wait until {day}.",
    "I looked into it: it isn’t {subject} itself, it’s what comes before it.",
    "{person} you know this best, what do you think?",
    "Yes, same here.",
    "No, works for me. Tried it on two machines.",
    "Could you send me the details? I only have what’s in {link}.",
    "I think we can do it in {number} minutes if nobody interrupts us.",
    "That’s what I feared.",
    "The short version:\n\n- it worked until last week\n- nothing changed on our side\n- the logs say very little",
    "> what comes before it\n\nThat would explain why it only happens on {day}s.",
    "Let’s not do that on a Friday.",
    "I wrote a test for it, fails {number} times out of 100.",
    "Here’s what I’d change:\n\n{code}",
    "Fine, but then we need another pair of eyes on {subject}.",
    "I don’t know. I really don’t.",
    "Ha, I was about to ask the same.",
    "It’s in the notes: {link}",
    "~~Monday~~ {day}, sorry.",
    "Just tried again: *much* better now.",
    "We could also simply leave it out. Nobody asked for it.",
    "Give me until {day}, then I’ll have something to show.",
    "I’m with {person} on this one.",
    "What would a customer say?",
];

const ENDINGS: &[&str] = &[
    "Great, thanks!",
    "Done.",
    "Perfect, then {day} it is.",
    "Thanks {person}, you saved my day.",
    "Merged.",
    "OK, I’ll write it down: {link}",
    "Let’s talk about the rest on {day}.",
    "Good. Moving on.",
    "Works now. No idea why, but it works.",
    "Deal.",
    "I’ll tell the customer.",
    "See you there!",
];

const CODE: &[&str] = &[
    "```rust\nlet total: u64 = rows.iter().map(|row| row.size).sum();\n```",
    "```sh\ncurl -sS https://example.org/status | head\n```",
    "```sql\nSELECT day, count(*) FROM visits GROUP BY day ORDER BY day DESC LIMIT 7;\n```",
    "```\nerror: connection reset by peer (after 30 s)\n```",
    "```js\nconst late = orders.filter((order) => order.due < today);\n```",
    "```css\n.card { inline-size: min(100%, 40rem); }\n```",
];
