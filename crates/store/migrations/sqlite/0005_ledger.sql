-- Hashes are base64 as in every checkpoint; a tile has one a line.
-- The ledger: its key, the records in their order, the tiles of the tree over them, and signed checkpoints.
CREATE TABLE ledger (
    id INTEGER NOT NULL CHECK (id = 1),
    origin TEXT NOT NULL,
    public_key TEXT NOT NULL,
    key_sealed TEXT NOT NULL,
    -- Counted up by whoever sequences: the row is theirs until the commit.
    turn INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    CONSTRAINT ledger_id PRIMARY KEY (id)
) STRICT;

-- Erasing empties all columns from salt on; what stays tells nothing about anybody and keeps every proof valid.
CREATE TABLE ledger_record (
    idx INTEGER NOT NULL,
    writer BLOB NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    commitment TEXT NOT NULL,
    salt TEXT,
    kind TEXT,
    organisation BLOB,
    school BLOB,
    actor TEXT,
    document TEXT,
    at INTEGER,
    CONSTRAINT ledger_record_idx PRIMARY KEY (idx)
) STRICT;
CREATE INDEX ledger_record_writer_slot_number ON ledger_record (writer, slot, number);
CREATE INDEX ledger_record_school_idx ON ledger_record (school, idx);
CREATE INDEX ledger_record_actor_idx ON ledger_record (actor, idx);

CREATE TABLE ledger_tile (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes TEXT NOT NULL,
    CONSTRAINT ledger_tile_level_number PRIMARY KEY (level, number)
) STRICT;

CREATE TABLE ledger_checkpoint (
    size INTEGER NOT NULL,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    -- When it was handed out of this machine.
    left_at INTEGER,
    CONSTRAINT ledger_checkpoint_size PRIMARY KEY (size)
) STRICT;
