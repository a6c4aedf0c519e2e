-- Hashes are base64 as in every checkpoint; a tile has one a line.
-- The ledger: its key, the records in their order, the tiles of the tree over them, and signed checkpoints.
CREATE TABLE ledger (
    id BIGINT NOT NULL CHECK (id = 1),
    origin TEXT NOT NULL,
    public_key TEXT NOT NULL,
    key_sealed TEXT NOT NULL,
    -- Counted up by whoever sequences: the row is theirs until the commit.
    turn BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    CONSTRAINT ledger_id PRIMARY KEY (id)
);

-- Erasing empties all columns from salt on; what stays tells nothing about anybody and keeps every proof valid.
CREATE TABLE ledger_record (
    idx BIGINT NOT NULL,
    writer UUID NOT NULL,
    slot BIGINT NOT NULL,
    number BIGINT NOT NULL,
    commitment TEXT NOT NULL,
    salt TEXT,
    kind TEXT COLLATE "C",
    organisation UUID,
    school UUID,
    actor TEXT COLLATE "C",
    document TEXT,
    at BIGINT,
    CONSTRAINT ledger_record_idx PRIMARY KEY (idx)
);
CREATE INDEX ledger_record_writer_slot_number ON ledger_record (writer, slot, number);
CREATE INDEX ledger_record_school_idx ON ledger_record (school, idx);
CREATE INDEX ledger_record_actor_idx ON ledger_record (actor, idx);

CREATE TABLE ledger_tile (
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hashes TEXT NOT NULL,
    CONSTRAINT ledger_tile_level_number PRIMARY KEY (level, number)
);

CREATE TABLE ledger_checkpoint (
    size BIGINT NOT NULL,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    -- When it was handed out of this machine.
    left_at BIGINT,
    CONSTRAINT ledger_checkpoint_size PRIMARY KEY (size)
);
