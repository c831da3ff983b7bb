-- The whole schema. Its twin for PostgreSQL is `migrations/postgres/0001_place.sql`: same tables, same columns.
-- Times are milliseconds UTC. There are no booleans, arrays or JSON: integers and text mean the same everywhere.

-- One row: the place itself. `rev` numbers the changes that concern everyone.
CREATE TABLE place (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    rev       INTEGER NOT NULL
);

CREATE TABLE users (
    id             INTEGER PRIMARY KEY,
    username       TEXT    NOT NULL,
    username_key   TEXT    NOT NULL,           -- lower case: names are unique regardless of it
    display_name   TEXT    NOT NULL,
    email          TEXT,
    email_key      TEXT,
    avatar_url     TEXT,
    password_hash  TEXT    NOT NULL,
    theme          TEXT    NOT NULL,
    admin          INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    deactivated_at INTEGER,
    rev            INTEGER NOT NULL,           -- the place's number of the last change to the profile
    account_rev    INTEGER NOT NULL,           -- the person's number of the last change to the account
    person_rev     INTEGER NOT NULL            -- how far the person's own numbers have come
);
CREATE UNIQUE INDEX users_username_key ON users (username_key);
CREATE UNIQUE INDEX users_email_key ON users (email_key);
CREATE INDEX users_rev ON users (rev);

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    user_agent   TEXT    NOT NULL,
    address      TEXT    NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE conversations (
    id           INTEGER PRIMARY KEY,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    name_key     TEXT,                         -- of open rooms only: a private name must not show by being taken
    topic        TEXT    NOT NULL,
    private      INTEGER NOT NULL,
    archived_at  INTEGER,
    creator_id   INTEGER REFERENCES users (id),
    direct_key   TEXT,                         -- "low:high" user ids: two people have one direct chat
    created_at   INTEGER NOT NULL,
    active_at    INTEGER NOT NULL,
    rev          INTEGER NOT NULL,             -- how far the conversation's own numbers have come
    about_rev    INTEGER NOT NULL,             -- the number of the last change to the conversation itself
    last_seq     INTEGER NOT NULL,
    member_count INTEGER NOT NULL
);
CREATE UNIQUE INDEX conversations_name_key ON conversations (name_key);
CREATE UNIQUE INDEX conversations_direct_key ON conversations (direct_key);

-- A row stays when someone leaves: whoever comes back finds their place, and others' clients learn of it.
CREATE TABLE members (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    user_id         INTEGER NOT NULL REFERENCES users (id),
    role            TEXT    NOT NULL,
    joined_at       INTEGER NOT NULL,
    left_at         INTEGER,
    read_seq        INTEGER NOT NULL,
    rev             INTEGER NOT NULL,          -- the conversation's number of the last change, for the others
    person_rev      INTEGER NOT NULL,          -- the person's number of the last change, for themselves
    PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX members_person ON members (user_id, person_rev);
CREATE INDEX members_rev ON members (conversation_id, rev);

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    seq             INTEGER NOT NULL,          -- 1, 2, 3 … within the conversation: pages and unread counts need no counting
    rev             INTEGER NOT NULL,          -- the conversation's number of the last change to the row
    author_id       INTEGER NOT NULL REFERENCES users (id),
    client_id       TEXT,
    body            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    edited_at       INTEGER,
    deleted_at      INTEGER
);
CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);
CREATE INDEX messages_rev ON messages (conversation_id, rev);
CREATE UNIQUE INDEX messages_client ON messages (author_id, client_id);

CREATE TABLE reactions (
    id         INTEGER PRIMARY KEY,            -- in the order in which they came
    message_id INTEGER NOT NULL REFERENCES messages (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    emoji      TEXT    NOT NULL
);
CREATE UNIQUE INDEX reactions_once ON reactions (message_id, emoji, user_id);

INSERT INTO place (id, rev) VALUES (1, 0);
INSERT INTO conversations (kind, name, topic, private, created_at, active_at, rev, about_rev, last_seq, member_count)
VALUES ('public', 'general', 'The one chat that everyone is in', 0, 0, 0, 0, 0, 0, 0);
