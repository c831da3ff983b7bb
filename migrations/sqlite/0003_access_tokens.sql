-- Access tokens: sign-ins that a person makes for a program. They have a name and live until they expire or are revoked,
-- whatever happens to the password. Its twin for PostgreSQL has the same tables and columns.

ALTER TABLE sessions ADD COLUMN name TEXT;        -- of access tokens only: what their owner calls them
ALTER TABLE sessions ADD COLUMN token_hash TEXT;  -- of access tokens only: SHA-256 in hex; the token itself is kept nowhere
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);

-- Deleted messages are few. To count a conversation's messages is its last number less these.
CREATE INDEX messages_deleted ON messages (conversation_id, deleted_at) WHERE deleted_at IS NOT NULL;
