//! What is understood, and as what.

use super::*;

fn settings(arguments: &[&str]) -> Settings {
    let all = ["confab", "--data", "/place"].iter().chain(arguments);
    CommandLine::try_parse_from(all).expect("arguments that are understood").settings
}

#[test]
fn a_lifetime_is_seconds_or_has_a_unit() {
    assert_eq!(duration("3600"), Ok(Duration::from_hours(1)));
    assert_eq!(duration("24h"), Ok(Duration::from_hours(24)));
    assert_eq!(duration("30d"), Ok(Duration::from_hours(30 * 24)));
    for text in ["", "h", "1w", "-1", "1.5h", "5", "99999999999999999999d", "4000d"] {
        assert!(duration(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_database_lies_in_the_data_folder_unless_named() {
    assert_eq!(settings(&[]).database(), "sqlite:///place/confab.db");
    let named = settings(&["--database-url", "postgres://db/chat", "--flask-database-url", "sqlite:///x"]);
    assert_eq!(named.database(), "postgres://db/chat");
}

#[test]
fn flasks_way_to_write_a_path_is_understood() {
    let flask = |url| settings(&["--flask-database-url", url]).database();
    assert_eq!(flask("sqlite:///chat.db"), "sqlite:///place/chat.db");
    assert_eq!(flask("sqlite:////var/chat.db"), "sqlite:///var/chat.db");
    assert_eq!(flask("postgresql://db/chat"), "postgresql://db/chat");
}

#[test]
fn uploads_lie_in_the_data_folder_unless_named() {
    let folder = |arguments: &[&str]| match settings(arguments).uploads() {
        Ok(Uploads::Folder(folder)) => folder,
        other => panic!("no folder: {other:?}"),
    };
    assert_eq!(folder(&[]), PathBuf::from("/place/uploads"));
    assert_eq!(folder(&["--flask-uploads", "files"]), PathBuf::from("/place/files"));
    assert_eq!(folder(&["--flask-uploads", "/srv/files"]), PathBuf::from("/srv/files"));
    assert_eq!(folder(&["--uploads", "/srv/a", "--flask-uploads", "b"]), PathBuf::from("/srv/a"));
}

#[test]
fn a_size_is_bytes_or_has_a_unit() {
    assert_eq!(settings(&[]).max_upload, 100_000_000);
    assert_eq!(size("5242880"), Ok(5_242_880));
    assert_eq!(size(" 2 gb "), Ok(2_000_000_000));
    for text in ["", "MB", "1TB", "-1", "1.5MB", "0", "99999999999999999999", "18446744073709551GB"] {
        assert!(size(text).is_err(), "{text:?}");
    }
}

#[test]
fn files_are_limited_only_when_asked_for() {
    let none = settings(&[]);
    assert!(none.quota_person.is_none() && none.quota_place.is_none() && none.upload_allow.is_none());
    let some = settings(&["--quota-person", "1GB", "--quota-place", "50 gb", "--upload-deny", "video/*"]);
    assert_eq!((some.quota_person, some.quota_place), (Some(1_000_000_000), Some(50_000_000_000)));
    assert_eq!(some.upload_deny, MediaTypes::parse("video/*").ok());
    for arguments in [["--quota-person", "0"], ["--upload-allow", "png"]] {
        let all = ["confab"].into_iter().chain(arguments);
        assert!(CommandLine::try_parse_from(all).is_err(), "{arguments:?}");
    }
}

#[test]
fn a_public_address_is_an_origin() {
    assert_eq!(
        settings(&["--public-url", "https://Chat.example.org/"]).public_origin(),
        Some("https://chat.example.org")
    );
    for text in ["chat.example.org", "https://", "https://example.org/chat", "ftp://example.org", "https://a@b"] {
        assert!(public_url(text).is_err(), "{text:?}");
    }
}

#[test]
fn all_names_of_the_shared_origins_count_together() {
    let flags = [
        "--cors-origins",
        "https://a",
        "--socketio-cors",
        "https://b,https://c",
        "--socketio-cors-origin",
        "https://d",
    ];
    let origins = settings(&flags).origins();
    assert!(["https://a", "https://b", "https://c", "https://d"].iter().all(|origin| origins.lists(origin)));
    assert_eq!(settings(&[]).origins(), Origins::default());
}

#[test]
fn accounts_are_open_to_anyone_only_when_asked_for() {
    for (arguments, open) in [
        (&[][..], false),
        (&["--open-user-api"], true),
        (&["--open-user-api=on"], true),
        (&["--open-user-api=false"], false),
    ] {
        assert_eq!(settings(arguments).open_user_api, open, "{arguments:?}");
    }
}

#[test]
fn serve_is_what_happens_when_nothing_is_said() {
    let line = CommandLine::try_parse_from(["confab", "serve", "--addr", "127.0.0.1:1"]).expect("understood");
    assert!(matches!(line.command, Some(Command::Serve)) && line.settings.addr == "127.0.0.1:1");
    assert!(CommandLine::try_parse_from(["confab"]).expect("understood").command.is_none());
}
