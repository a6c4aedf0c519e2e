//! A sealed copy of a signature as a PDF. What is sealed is the page; the PDF is set from it whenever somebody asks, with
//! the checksum of the page at its foot.
//!
//! Invariant: every word of the sealed page is in the PDF, in its order, and no other but the receipt.

use super::copy::{Receipt, SignedCopy};
use crate::typeset::{Block, Document};
use crate::{Error, House};

impl House {
    /// A sealed copy as a PDF; refused when no typesetter is installed.
    pub async fn copy_pdf(&self, copy: &SignedCopy) -> Result<Vec<u8>, Error> {
        let html = String::from_utf8_lossy(&copy.html);
        let (title, blocks) = read(&html);
        let checksum = crate::sign_in::secret::mark(&html);
        let document = Document {
            title,
            from: copy.school.title.clone(),
            lang: "en",
            day: self.today(&copy.school),
            foot: format!("Receipt {}. SHA-256 of the sealed copy: {checksum}", Receipt::of(&checksum)),
            facts: Vec::new(),
            contents: None,
            blocks,
        };
        self.typeset(&document).await
    }
}

/// The title of a page of ours and its pieces. Its text has no `<` of its own: whatever begins with one is a tag.
fn read(html: &str) -> (String, Vec<Block>) {
    let (mut title, mut blocks, mut lines) = (String::new(), Vec::new(), Vec::new());
    let (mut texts, mut count) = (vec![String::new()], None);
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let text_so_far = || texts.first().map(|text| text.trim().to_owned()).unwrap_or_default();
        match tag {
            "/h1" => title = text_so_far(),
            "/h2" => blocks.push(Block::Heading { text: text_so_far() }),
            "/p" => blocks.push(Block::Paragraph { text: text_so_far() }),
            "/li" => match &mut count {
                Some(number) => {
                    *number += 1;
                    let below = texts.iter().skip(1).map(|text| text.trim().to_owned()).collect();
                    blocks.push(Block::Point { number: format!("{number}."), text: text_so_far(), below });
                }
                None => lines.push(text_so_far()),
            },
            "/ul" => blocks.push(Block::List { lines: std::mem::take(&mut lines) }),
            "ol" => count = Some(0),
            "/ol" => count = None,
            "p" | "h1" | "h2" | "li" => texts = vec![String::new()],
            "em" | "small" => texts.push(String::new()),
            _ => {}
        }
        if let Some(last) = texts.last_mut() {
            last.push_str(&plain(text));
        }
    }
    (title, blocks)
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_page_is_in_the_document() {
        let page = "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Rules</title></head>\n\
            <body>\n<h1>Rules &amp; more</h1>\n<p>Signed by <strong>A &lt;b&gt;</strong> today.</p>\n<h2>One</h2>\n<ol>\n\
            <li>Lock it.<br><em>Clowch e.</em> <small>(s/1)</small></li>\n<li>Tell.</li></ol>\n<ul>\n<li>A paper</li>\n\
            </ul>\n<p><strong>I agree.</strong></p>\n</body></html>";
        let (title, blocks) = read(page);
        assert_eq!(title, "Rules & more");
        let said = serde_json::to_value(&blocks).unwrap();
        let expected = serde_json::json!([
            { "kind": "paragraph", "text": "Signed by A <b> today." },
            { "kind": "heading", "text": "One" },
            { "kind": "point", "number": "1.", "text": "Lock it.", "below": ["Clowch e.", "(s/1)"] },
            { "kind": "point", "number": "2.", "text": "Tell.", "below": [] },
            { "kind": "list", "lines": ["A paper"] },
            { "kind": "paragraph", "text": "I agree." },
        ]);
        assert_eq!(said, expected);
    }
}
