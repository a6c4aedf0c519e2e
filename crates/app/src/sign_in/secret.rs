//! Secrets as people and browsers hold them, and the hash that is kept of each.
//!
//! Invariant: a secret is never shown by `Debug`, and only its hash reaches the store.

use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// Letters of printed codes: none that is read as another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 256 bits nobody can guess.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// From fresh bytes; only the house has them.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As it stands in a cookie or a link: 64 small hexadecimal digits.
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// Reads [`Secret::text`].
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// What the store keeps.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.0))
    }

    /// Another secret that follows from this one and tells nothing about it.
    pub fn derive(&self, what: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(what.as_bytes());
        hasher.update([0]);
        hasher.update(self.0);
        Self(hasher.finalize().into())
    }

    /// This secret under a mask of its own: other text on every page, so that compression tells nothing about it.
    pub fn masked(&self, mask: &Self) -> String {
        let under: Vec<u8> = self.0.iter().zip(mask.0).map(|(own, mask)| own ^ mask).collect();
        format!("{}{}", mask.text(), hex(&under))
    }

    /// Whether a text is this secret under some mask; takes the same time whatever differs.
    pub fn unmasks(&self, text: &str) -> bool {
        let (Some(mask), Some(under)) = (text.get(..64), text.get(64..)) else { return false };
        let (Some(mask), Some(under)) = (Self::read(mask), Self::read(under)) else { return false };
        let own: Vec<u8> = mask.0.iter().zip(under.0).map(|(mask, under)| mask ^ under).collect();
        self.0.ct_eq(&own).into()
    }

    /// A code of so many groups of five letters to be written down, 25 bits each.
    pub fn code(&self, groups: usize) -> String {
        let letters: Vec<char> =
            self.0.iter().take(groups * 5).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

/// The hash of a code as somebody typed it: whatever its case and signs between, and O for 0, I and L for 1.
pub fn code_hash(typed: &str) -> String {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(100)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    hex(&Sha256::digest(plain.as_bytes()))
}

/// The hash of a text that is no secret by itself, such as an address: only to find it again.
pub fn mark(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Whether two hashes are the same; takes the same time whatever differs.
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Secret, code_hash, same};

    fn secret(byte: u8) -> Secret {
        Secret::new([byte; 32])
    }

    #[test]
    fn a_secret_reads_back_from_its_text_and_from_nothing_else() {
        let text = secret(0xa7).text();
        assert_eq!(Secret::read(&text), Some(secret(0xa7)));
        for wrong in ["", "a7", &text.to_uppercase(), &format!("{text}0"), &text.replace('a', "g"), &"é".repeat(32)] {
            assert_eq!(Secret::read(wrong), None, "{wrong}");
        }
        assert!(!format!("{:?}", secret(0xa7)).contains("a7"));
    }

    #[test]
    fn a_mask_changes_the_text_and_not_the_secret() {
        let (own, other) = (secret(1).derive("form"), secret(2).derive("form"));
        assert_ne!(own.masked(&secret(3)), own.masked(&secret(4)));
        assert!(own.unmasks(&own.masked(&secret(3))) && own.unmasks(&own.masked(&secret(4))));
        assert!(!other.unmasks(&own.masked(&secret(3))));
        for wrong in ["", "00", &own.text(), &"é".repeat(64)] {
            assert!(!own.unmasks(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = Secret::new(std::array::from_fn(|at| at as u8)).code(4);
        assert_eq!(code, "01234-56789-ABCDE-FGHJK");
        assert!(same(&code_hash(&code), &code_hash(" o1234 56789abcde,fghjk ")));
        assert!(!same(&code_hash(&code), &code_hash("01234-56789-ABCDE-FGHJ0")));
    }
}
