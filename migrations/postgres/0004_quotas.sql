-- How many bytes of files everyone has brought, and all together, kept with every file that comes and goes: limits are held
-- against them, and to add them up each time would walk all files. The same bytes count for each file that has them. Its
-- twin for SQLite has the same tables and columns.

ALTER TABLE users ADD COLUMN uploaded_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN uploaded_bytes BIGINT NOT NULL DEFAULT 0;

UPDATE users SET uploaded_bytes = (
    SELECT COALESCE(SUM(b.size)::BIGINT, 0) FROM files f JOIN blobs b ON b.hash = f.blob_hash WHERE f.uploader_id = users.id
) WHERE id IN (SELECT uploader_id FROM files);
UPDATE place SET uploaded_bytes = (
    SELECT COALESCE(SUM(b.size)::BIGINT, 0) FROM files f JOIN blobs b ON b.hash = f.blob_hash
);
