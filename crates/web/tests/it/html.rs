//! Is a page well formed, and does it keep the house's rules? A small strict reader of what our templates may write.

const VOID: [&str; 8] = ["path", "rect", "meta", "link", "input", "br", "hr", "img"];

/// Addresses of all links.
pub fn links(html: &str) -> Vec<String> {
    html.split("href=\"").skip(1).map(|part| decode(part.split('"').next().unwrap_or_default())).collect()
}

fn decode(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// One tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub closes: bool,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Every tag in order; panics where a tag is not written plainly.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut out = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a doctype");
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a loose > in {:.80}", &rest[..at]);
        rest = &rest[at + 1..];
        let (tag, after) = read_tag(rest);
        out.push(tag);
        rest = after;
    }
    out
}

fn read_tag(text: &str) -> (Tag, &str) {
    let (closes, text) = text.strip_prefix('/').map_or((false, text), |rest| (true, rest));
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "no tag begins with {text:.40}");
    let mut attributes: Vec<(String, String)> = Vec::new();
    loop {
        rest = rest.trim_start();
        // Parts of a picture close themselves.
        let alone = matches!(name, "rect" | "path") && rest.starts_with("/>");
        if let Some(after) = rest.strip_prefix(if alone { "/>" } else { ">" }) {
            return (Tag { name: name.to_owned(), attributes, closes }, after);
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        assert!(!attribute.is_empty(), "<{name}> holds {rest:.60}");
        assert!(attributes.iter().all(|(known, _)| known != attribute), "{attribute} twice in <{name}>");
        rest = after;
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (inner, after) = quoted.split_once('"').expect("the end of an attribute");
            assert!(!inner.contains('<'), "an attribute of <{name}> holds <");
            inner.clone_into(&mut value);
            rest = after;
        }
        attributes.push((attribute.to_owned(), value));
    }
}

/// Asserts that a page keeps the rules.
#[track_caller]
pub fn assert_good(path: &str, html: &str) {
    let tags = tags(html);
    is_nested(path, &tags);
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name && !tag.closes).count();
    for once in ["html", "head", "title", "body", "main", "h1"] {
        assert_eq!(count(once), 1, "{path}: <{once}>");
    }
    assert_eq!(count("script") + count("style") + count("iframe"), 0, "{path}: something that runs");
    let mut ids: Vec<&str> = tags.iter().filter_map(|tag| tag.get("id")).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{path}: an id twice");
    let labels: Vec<&str> = tags.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
    for tag in tags.iter().filter(|tag| !tag.closes) {
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on") && name != "style", "{path}: {name} in <{}>", tag.name);
            let leads = matches!(name.as_str(), "href" | "src" | "action");
            assert!(!leads || value.starts_with('/') || value.starts_with('#'), "{path}: leads to {value:.80}");
        }
        let field = matches!(tag.name.as_str(), "input" | "select" | "textarea") && tag.get("type") != Some("hidden");
        assert!(!field || tag.get("id").is_some_and(|id| labels.contains(&id)), "{path}: <{}> without label", tag.name);
    }
    assert!(html.contains("lang=\"en\"") && !title(html).is_empty(), "{path}");
    assert!(!html.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{path}: a control character");
}

/// The hidden fields of the form with this action.
pub fn hidden(html: &str, action: &str) -> Vec<(String, String)> {
    let all = tags(html);
    let forms = all.iter().skip_while(|tag| tag.name != "form" || tag.closes || tag.get("action") != Some(action));
    let inside = forms.take_while(|tag| tag.name != "form" || !tag.closes);
    inside
        .filter(|tag| tag.name == "input" && tag.get("type") == Some("hidden"))
        .map(|tag| (tag.get("name").unwrap().to_owned(), tag.get("value").unwrap_or_default().to_owned()))
        .collect()
}

/// The words of the window's title.
pub fn title(html: &str) -> &str {
    html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default().trim()
}

fn is_nested(path: &str, tags: &[Tag]) {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags {
        if VOID.contains(&tag.name.as_str()) {
            assert!(!tag.closes, "{path}: </{}>", tag.name);
        } else if tag.closes {
            assert_eq!(open.pop(), Some(tag.name.as_str()), "{path}: </{}> closes another", tag.name);
        } else {
            assert!(tag.name != "p" || !open.contains(&"p"), "{path}: <p> in <p>");
            assert!(tag.name != "a" || !open.contains(&"a"), "{path}: <a> in <a>");
            open.push(&tag.name);
        }
    }
    assert!(open.is_empty(), "{path}: never closed: {open:?}");
}

/// What stands in the lines, texts and choices of a page's forms.
pub fn filled(html: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut select = None;
    for tag in tags(html) {
        let name = tag.get("name").map(str::to_owned);
        match (tag.name.as_str(), tag.closes) {
            ("input", false) if tag.get("type") == Some("text") => {
                out.push((name.unwrap(), tag.get("value").map(decode).unwrap_or_default()));
            }
            ("select", closes) => select = name.filter(|_| !closes),
            ("option", false) if tag.get("selected").is_some() => {
                out.push((select.clone().unwrap(), tag.get("value").unwrap_or_default().to_owned()));
            }
            _ => {}
        }
    }
    for part in html.split("<textarea ").skip(1) {
        let (head, rest) = part.split_once('>').unwrap();
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        out.push((name.to_owned(), decode(rest.split("</textarea>").next().unwrap())));
    }
    out
}
