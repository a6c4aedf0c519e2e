//! What only explains a policy is shown where a reader looks for it: in the text, on its own page, under the laws, aims,
//! words and documents it names, on the pages of roles.

use crate::school::Browser;
use schoolkeeper_app::Standpoint;
use std::sync::Arc;

/// Policies with statements that nothing measures.
const PACKS: &[&str] = &["multi-academy-trust", "primary-school"];

/// A school under one of them: whoever has the trust's policy adopts another only with the trust board's approval.
async fn browser(pack: &str) -> Browser {
    let browser = Browser::at(crate::school::POLICY).await;
    let operator = browser.house().operator();
    let school = browser.house().one_school(&operator, Some("hill")).await.unwrap();
    browser.house().adopt_policy(&operator, &school, pack).await.unwrap();
    browser.house().evaluate(&operator, &school).await.unwrap();
    browser
}

async fn standpoint(browser: &Browser, pack: &str) -> Arc<Standpoint> {
    browser.house().standpoint(&browser.house().operator(), "hill", pack).await.unwrap()
}

/// What a reader reads, without tags.
async fn read(browser: &Browser, path: &str) -> String {
    let body = browser.get(path).await.body;
    let mut out = String::new();
    for part in body.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    [("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
        .into_iter()
        .fold(out, |text, (from, to)| text.replace(from, to))
}

#[tokio::test]
async fn what_only_explains_stands_in_the_text_and_names_its_laws_aims_words_and_documents() {
    for pack in PACKS {
        let browser = browser(pack).await;
        let at = standpoint(&browser, pack).await;
        let (policy, home) = (&at.pack.pack, format!("/school/hill/policy/{pack}"));
        let whole = read(&browser, &format!("{home}/read/whole")).await;
        let glossary = browser.get(&format!("{home}/glossary")).await.body;
        let words = read(&browser, &format!("{home}/glossary")).await;
        let explains = policy.clauses.iter().filter(|clause| clause.controls.is_empty());
        let mut count = 0;
        for clause in explains {
            let id = clause.id.get_ref();
            assert!(whole.contains(&clause.text), "{pack}/{id} is not in the text");
            let own = read(&browser, &format!("{home}/statement/{id}")).await;
            assert!(own.contains(&clause.text), "{pack}/{id} is not on its own page");
            let laws = policy.laws.iter().filter(|law| clause.laws.contains(&law.id)).map(|law| &law.title);
            let aims = policy.aims.iter().filter(|aim| clause.aims.contains(&aim.id)).map(|aim| &aim.text);
            let terms = policy.terms.iter().filter(|term| clause.terms.contains(&term.id)).map(|term| &term.means);
            let others =
                policy.companions.iter().filter(|one| clause.companions.contains(&one.id)).map(|one| &one.title);
            for named in laws.chain(aims).chain(terms).chain(others) {
                assert!(own.contains(named), "{pack}/{id} does not name “{named}” on its page: {own}");
                assert!(words.contains(named), "{pack}/{id}: “{named}” is not among words and laws");
                assert!(glossary.contains(&format!("{home}/statement/{id}\"")), "{pack}/{id} is not led to");
            }
            count += 1;
        }
        assert!(count > 4, "only {count} statements of {pack} explain");
    }
}

#[tokio::test]
async fn whoever_a_statement_names_finds_it_on_the_page_of_their_role() {
    for pack in PACKS {
        let browser = browser(pack).await;
        let at = standpoint(&browser, pack).await;
        for role in at.pack.pack.roles.keys() {
            let page = browser.get(&format!("/school/hill/policy/{pack}/asks/{role}")).await.body;
            for clause in at.pack.pack.clauses.iter().filter(|clause| clause.who.iter().any(|who| who == role)) {
                let link = format!("/statement/{}\"", clause.id.get_ref());
                assert!(page.contains(&link), "{pack}: {role} does not find {}", clause.id.get_ref());
            }
        }
    }
}
