//! What somebody asks a list of incidents or of requests for.

/// Which lines, and in which order.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A state, as the list names its filters; empty for all.
    pub show: String,
    /// Of one control.
    pub control: String,
    /// Words in the title or in the name of whoever began it, case-blind.
    pub search: String,
    /// `newest`, `oldest`, `title`; else what is due or waits longest first.
    pub sort: String,
}
