//! Decisions out of bytes, so that shorter bytes shrink to simpler worlds.

/// Bytes read one after the other; zeros after their end.
pub struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below `of`; the first one when the bytes are used up.
    pub fn pick(&mut self, of: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % of.max(1)
    }

    /// A small number around zero.
    pub fn small(&mut self) -> i64 {
        i64::from(self.bytes.next().copied().unwrap_or(0) as i8) % 5
    }
}
