//! The tamper-evident log: tiles, signed checkpoints, offline proofs. Knows nothing of ours.
