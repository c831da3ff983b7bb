-- Projects with their files, and records of files that are kept elsewhere. Its twin for PostgreSQL is
-- `migrations/postgres/0002_projects_and_files.sql`: same tables, same columns.

-- Name, creator, archival and members of a project are those of its conversation; here is only what that one lacks.
CREATE TABLE projects (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    description     TEXT    NOT NULL
);
CREATE UNIQUE INDEX projects_conversation ON projects (conversation_id);

-- The project that a conversation belongs to: its own conversation and its further ones.
ALTER TABLE conversations ADD COLUMN project_id INTEGER REFERENCES projects (id);
CREATE INDEX conversations_project ON conversations (project_id);

-- Bytes in the uploads, once each, named after what they are. A row comes before its bytes and goes after them: whatever
-- lies there has a row, and a row that no version names is what a crash left behind.
CREATE TABLE blobs (
    hash         TEXT    NOT NULL PRIMARY KEY, -- SHA-256, in hexadecimal
    size         INTEGER NOT NULL,
    content_type TEXT    NOT NULL,             -- told by the first bytes, never by a name
    width        INTEGER,                      -- of pictures only, as they are to be shown, in pixels
    height       INTEGER,
    preview      TEXT    NOT NULL              -- none, waiting, failed, or the type of the smaller pictures once they are made
);
CREATE INDEX blobs_preview ON blobs (preview) WHERE preview = 'waiting';

-- Where files lie in a project's library. What was thrown away itself has no key, so that its name can be given again; what
-- lies in a folder that was thrown away names that folder, so that it comes back with it.
CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    project_id  INTEGER NOT NULL REFERENCES projects (id),
    parent_id   INTEGER REFERENCES folders (id),  -- none: at the library's top
    name        TEXT    NOT NULL,
    name_key    TEXT,                             -- lower case
    creator_id  INTEGER NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    binned_at   INTEGER,
    binned_with INTEGER REFERENCES folders (id)
);
CREATE UNIQUE INDEX folders_name ON folders (project_id, COALESCE(parent_id, 0), name_key);
CREATE INDEX folders_parent ON folders (parent_id);
CREATE INDEX folders_binned ON folders (binned_at) WHERE binned_at IS NOT NULL;
CREATE INDEX folders_binned_with ON folders (binned_with) WHERE binned_with IS NOT NULL;

-- A file lies in a project's library, or hangs on a message of a conversation, which it waits for until that is sent.
CREATE TABLE files (
    id              INTEGER PRIMARY KEY,
    project_id      INTEGER REFERENCES projects (id),
    folder_id       INTEGER REFERENCES folders (id),
    conversation_id INTEGER REFERENCES conversations (id),
    message_id      INTEGER REFERENCES messages (id),
    position        INTEGER,                   -- its place among the message's files
    name            TEXT    NOT NULL,
    name_key        TEXT,                      -- lower case; in libraries only, and not of what was thrown away itself
    version         INTEGER NOT NULL,          -- the number of the one that is read
    last_version    INTEGER NOT NULL,          -- the last number that was given: none is given twice
    creator_id      INTEGER NOT NULL REFERENCES users (id),  -- who brought the first version
    created_at      INTEGER NOT NULL,
    binned_at       INTEGER,
    binned_with     INTEGER REFERENCES folders (id),
    CHECK ((project_id IS NULL) <> (conversation_id IS NULL))
);
CREATE UNIQUE INDEX files_name ON files (project_id, COALESCE(folder_id, 0), name_key);
CREATE INDEX files_project ON files (project_id, id);
CREATE INDEX files_folder ON files (folder_id);
CREATE INDEX files_binned ON files (binned_at) WHERE binned_at IS NOT NULL;
CREATE INDEX files_binned_with ON files (binned_with) WHERE binned_with IS NOT NULL;
CREATE INDEX files_message ON files (message_id, position);
CREATE INDEX files_conversation ON files (conversation_id, id);
CREATE INDEX files_unsent ON files (created_at) WHERE conversation_id IS NOT NULL AND message_id IS NULL;

-- The bytes that a file has and had. Files of messages have one version.
CREATE TABLE file_versions (
    file_id     INTEGER NOT NULL REFERENCES files (id),
    number      INTEGER NOT NULL,              -- 1, 2, 3 …
    blob_hash   TEXT    NOT NULL REFERENCES blobs (hash),
    uploader_id INTEGER NOT NULL REFERENCES users (id),
    uploaded_at INTEGER NOT NULL,
    PRIMARY KEY (file_id, number)
);
CREATE INDEX file_versions_blob ON file_versions (blob_hash);

-- Uploads that come in parts, and how far each has come on disk.
CREATE TABLE uploads (
    id              TEXT    NOT NULL PRIMARY KEY, -- 32 hexadecimal digits, hard to guess
    user_id         INTEGER NOT NULL REFERENCES users (id),
    project_id      INTEGER REFERENCES projects (id),
    folder_id       INTEGER,                     -- looked for again once all has come: it may be gone by then
    conversation_id INTEGER REFERENCES conversations (id),
    name            TEXT    NOT NULL,
    size            INTEGER NOT NULL,
    received        INTEGER NOT NULL,
    touched_at      INTEGER NOT NULL,
    file_id         INTEGER                      -- what became of it
);
CREATE INDEX uploads_touched ON uploads (touched_at);

-- How many bytes of files everyone has brought, and all together, kept with every version that comes and goes: limits are
-- held against them, and to add them up each time would walk all files. The same bytes count for each version that has them.
ALTER TABLE users ADD COLUMN uploaded_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN uploaded_bytes INTEGER NOT NULL DEFAULT 0;

-- Files that lie elsewhere: only where, and what they belong to, which is one of two.
CREATE TABLE file_records (
    id                INTEGER PRIMARY KEY,
    filename          TEXT    NOT NULL,
    file_url          TEXT    NOT NULL,
    file_size         INTEGER NOT NULL,
    uploaded_at       INTEGER NOT NULL,
    uploader_id       INTEGER NOT NULL REFERENCES users (id),
    public_message_id INTEGER REFERENCES messages (id),
    private_chat_id   INTEGER REFERENCES conversations (id)
);
CREATE INDEX file_records_uploader ON file_records (uploader_id, id);
CREATE INDEX file_records_message ON file_records (public_message_id, id);
CREATE INDEX file_records_chat ON file_records (private_chat_id, id);
