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
-- lies there has a row, and a row that no file names is what a crash left behind.
CREATE TABLE blobs (
    hash TEXT    NOT NULL PRIMARY KEY,         -- SHA-256, in hexadecimal
    size INTEGER NOT NULL
);

CREATE TABLE files (
    id           INTEGER PRIMARY KEY,
    project_id   INTEGER NOT NULL REFERENCES projects (id),
    blob_hash    TEXT    NOT NULL REFERENCES blobs (hash),
    name         TEXT    NOT NULL,
    content_type TEXT    NOT NULL,             -- told by the first bytes, never by the name
    uploader_id  INTEGER NOT NULL REFERENCES users (id),
    uploaded_at  INTEGER NOT NULL
);
CREATE INDEX files_project ON files (project_id, id);
CREATE INDEX files_blob ON files (blob_hash);

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
