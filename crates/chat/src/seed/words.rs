//! What made-up people are called and talk about.

use fastrand::Rng;

pub(super) const GIVEN_NAMES: &[&str] = &[
    "Ada", "Lin", "Noor", "Sam", "Mateo", "Ingrid", "Yusuf", "Chloé", "Hiro", "Priya", "Oskar", "Amara", "Jonas",
    "Leïla", "Tomasz", "Zoë", "Kofi", "Mei", "Anders", "Fatima", "Luca", "Sofía", "Emeka", "Greta", "Ravi", "Hana",
    "Pedro", "Nadia", "Björn", "Aiko", "Samir", "Elena", "Tariq", "Marta", "Owen", "Yara", "Viktor", "Camila", "Idris",
    "Freya", "Diego", "Anya", "Malik", "Júlia", "Piotr", "Selin", "Kwame", "Astrid", "Rafael", "Mina", "Stefan",
    "Olena", "Andrés", "Thandi", "Felix", "Ines", "Dmitri", "Leilani", "Hugo", "Sana", "Emil", "Rosa", "Cem", "Maya",
    "Arjun", "Klara", "Ibrahim", "Nina", "Paul", "Wanjiru", "Milan", "Eva", "Bao", "Daniela", "Søren", "Aaliyah",
    "Jakub", "Lucía", "Theo", "Xin",
];

pub(super) const SURNAMES: &[&str] = &[
    "Berg",
    "Okafor",
    "Nakamura",
    "Silva",
    "Novák",
    "Haddad",
    "Lindqvist",
    "Costa",
    "Petrov",
    "Mensah",
    "García",
    "Weber",
    "Kowalski",
    "Demir",
    "Rossi",
    "Nguyen",
    "Dubois",
    "Larsen",
    "Iyer",
    "Moreau",
    "Ferreira",
    "Schmidt",
    "Tanaka",
    "Jansen",
    "Popescu",
    "Yıldız",
    "Ortiz",
    "Hansen",
    "Kaya",
    "Murphy",
    "Chen",
    "Bakker",
    "Horvat",
    "Diallo",
    "Sato",
    "Fischer",
    "Andersson",
    "Reyes",
    "Nowak",
    "Castro",
    "Virtanen",
    "Osei",
    "Marino",
    "Kim",
    "Hofmann",
    "Abebe",
    "Svensson",
    "Bianchi",
    "Rahman",
    "Vega",
    "Lefèvre",
    "Wójcik",
    "Pereira",
    "Becker",
    "Singh",
    "Holm",
    "Toth",
    "Adeyemi",
    "Park",
    "Keller",
];

/// Rooms: name and topic.
pub(super) const ROOMS: &[(&str, &str)] = &[
    ("engineering", "What we build and how"),
    ("design", "Screens, type and words"),
    ("support", "Questions from customers; answer within the hour"),
    ("random", "Anything but work"),
    ("incidents", "One thread per incident, times in UTC"),
    ("releases", "What went out and when"),
    ("marketing", "Campaigns, copy, numbers"),
    ("sales", "Leads and calls"),
    ("frontend", "Browsers and the things in them"),
    ("backend", "Services, queues, databases"),
    ("mobile", "The two apps"),
    ("data", "Pipelines and dashboards"),
    ("security", "Reports and reviews"),
    ("hiring", "Interviews this week"),
    ("office", "Keys, plants, the coffee machine"),
    ("lunch", "Where to today?"),
    ("music", "What is playing"),
    ("books", "One a month"),
    ("running", "Thursdays at six"),
    ("pets", "Pictures mostly"),
    ("onboarding", "First days and first questions"),
    ("infrastructure", "Machines, networks, bills"),
    ("research", "What users told us"),
    ("translations", "Eleven languages and counting"),
    ("accessibility", "For everyone, with everything"),
    ("performance", "Milliseconds and kilobytes"),
    ("legal", "Contracts and licences"),
    ("finance", "Invoices and budgets"),
    ("travel", "Trips and receipts"),
    ("photos", "From last weekend"),
    ("games", "Friday evenings"),
    ("climate", "What we can do about it"),
    ("partners", "Who we work with"),
    ("documentation", "What isn’t written down doesn’t exist"),
    ("testing", "Flaky ones go here to be shamed"),
    ("leadership", "Plans for the quarter"),
    ("newsletter", "Every second Tuesday"),
    ("volunteers", "Who helps where"),
    ("gardening", "Balconies count"),
    ("chess", "Correspondence, no clock"),
];

/// Projects: name and description.
pub(super) const PROJECTS: &[(&str, &str)] = &[
    ("Website relaunch", "New pages, new words, the same addresses. Live before the fair."),
    ("Mobile app 3", "Offline first. The old one retires in spring."),
    ("Data warehouse", "One place to ask, with numbers that agree."),
    ("Customer portal", "Invoices, contracts and requests without a phone call."),
    ("Office move", "Third floor, more light, fewer cables."),
    ("Annual report", "Forty pages, two languages, one printer’s deadline."),
    ("Payments", "Cards, transfers and the country that does it differently."),
    ("Search", "Find it in under a second, misspelt or not."),
    ("Summer conference", "Two days, three hundred people, one lake."),
    ("Accessibility audit", "Every page with a keyboard and with eyes closed."),
    ("Energy savings", "Half the servers, the same load."),
    ("Training videos", "Ten short ones instead of one long one."),
];

pub(super) const GROUPS: &[&str] =
    &["", "", "Lunch club", "Release crew", "Interview panel", "Birthday plot", "Car pool", ""];

const COLOURS: &[&str] =
    &["amber", "cobalt", "crimson", "indigo", "ivory", "jade", "scarlet", "silver", "teal", "umber"];
const ANIMALS: &[&str] =
    &["badger", "falcon", "heron", "lynx", "marten", "osprey", "otter", "puffin", "raven", "stoat"];

/// A password that can be typed: everyone who was made up has it.
pub(super) fn password(rng: &mut Rng) -> String {
    format!("{}-{}-{}", pick(rng, COLOURS), pick(rng, ANIMALS), rng.u32(1_000..10_000))
}

/// One of them.
pub(super) fn pick<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    rng.choice(words).copied().unwrap_or_default()
}
