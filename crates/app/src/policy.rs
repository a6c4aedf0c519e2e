//! Policies: read, check, adopt, set their numbers, and hold them compiled.
//!
//! Invariant: a policy is adopted only when nothing in it is wrong, and is kept with the texts it was read from,
//! so that what runs is what was adopted.

use crate::authority::Try;
use crate::{Error, House, section, shipped};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::diagnostic::{Diagnostic, Severity};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::Library;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::param::ParamAt;
use schoolkeeper_store::{School, Write};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A policy ready to be adopted.
#[derive(Debug)]
pub struct Prepared {
    /// Checked and compiled.
    pub compiled: Arc<CompiledPack>,
    /// Numbers, names and blanks that were set.
    pub params: BTreeMap<Name, Literal>,
}

/// Compiled policies by hash, so that each is compiled once a process.
#[derive(Debug, Default)]
pub struct Policies {
    by_hash: Mutex<BTreeMap<String, Arc<CompiledPack>>>,
}

/// The version of this program that probes speak of.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Reads, checks and compiles a policy; errors are the whole rendered report.
pub fn prepare(what: &str, set: &[String], schemas: Arc<Schemas>) -> Result<Prepared, Error> {
    let pack = schoolkeeper_pack::load(&shipped::packs(), what).map_err(|report| Error::refused(report.to_string()))?;
    let params = set.iter().map(|text| param(&pack, text)).collect::<Result<_, _>>()?;
    Ok(Prepared { compiled: compile(pack, schemas)?, params })
}

fn compile(pack: Pack, schemas: Arc<Schemas>) -> Result<Arc<CompiledPack>, Error> {
    without_faults(&pack, &schemas)?;
    let pack = Arc::new(pack);
    schoolkeeper_rules::compile(pack.clone(), schemas).map(Arc::new).map_err(|found| refused(&found, &pack))
}

fn refused(found: &[Diagnostic], pack: &Pack) -> Error {
    Error::refused(schoolkeeper_pack::render(found, &pack.sources))
}

fn without_faults(pack: &Pack, schemas: &Schemas) -> Result<(), Error> {
    let found = schoolkeeper_pack::check(pack, schemas, false);
    let wrong: Vec<Diagnostic> = found.into_iter().filter(|one| one.severity == Severity::Error).collect();
    if wrong.is_empty() { Ok(()) } else { Err(refused(&wrong, pack)) }
}

/// Writes a prepared policy: at the trust's central office it holds for every school.
pub async fn adopt(
    write: &mut Write,
    scope: &Scope,
    school: &School,
    (prepared, why): (&Prepared, &str),
    at: Timestamp,
) -> Result<(), Error> {
    let pack = &prepared.compiled.pack;
    let id = pack.head.id.get_ref();
    let adopted = AdoptedPack {
        school: school.id,
        pack: id.clone(),
        hash: pack.hash.clone(),
        sources: archive(pack),
        adopted_at: at,
    };
    write.adopt_pack(scope, &adopted).await?;
    for (name, literal) in &prepared.params {
        write.set_param(scope, ParamAt { school: school.id, pack: id, name, why }, Some(literal), at).await?;
    }
    write.keep_version(scope, &adopted, (&pack.head.version, why)).await?;
    Ok(())
}

/// The texts of a policy, named as in a library: `ID.toml`, `ID/part.toml`, `common/name.toml`.
fn archive(pack: &Pack) -> Vec<(String, String)> {
    let own = [Some(&pack.head.id), pack.head.extends.as_ref()];
    let ids: Vec<&str> = own.into_iter().flatten().map(|id| &**id.get_ref()).collect();
    let name = |path: &str| {
        let mut parts = path.rsplit(['/', '\\']);
        let (file, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let stem = file.strip_suffix(".toml").unwrap_or(file);
        let alone = folder.is_empty() || (folder != "common" && ids.contains(&stem) && !ids.contains(&folder));
        if alone { file.to_owned() } else { format!("{folder}/{file}") }
    };
    pack.sources.iter().map(|source| (name(&source.path), source.text.clone())).collect()
}

impl Policies {
    /// The compiled policy with this hash, when this process has met it.
    pub fn met(&self, hash: &str) -> Option<Arc<CompiledPack>> {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Holds a compiled policy under a name of its own.
    pub(crate) fn keep(&self, name: &str, pack: &Arc<CompiledPack>) {
        let mut by_hash = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        by_hash.insert(name.to_owned(), pack.clone());
    }

    /// The compiled policy of an adopted one. Of its examples it holds only those of acts, which are tried again each day:
    /// the others are most of what a policy weighs in memory.
    pub fn live(
        &self,
        id: &str,
        hash: &str,
        sources: &[(String, String)],
        schemas: &Arc<Schemas>,
    ) -> Result<Arc<CompiledPack>, Error> {
        let mut by_hash = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = by_hash.get(hash) {
            return Ok(live.clone());
        }
        let library = Library::embedded(sources.iter().cloned());
        let mut pack = schoolkeeper_pack::load(&library, id)
            .map_err(|report| Error::corrupt(format!("the adopted policy `{id}`"), report.to_string()))?;
        without_faults(&pack, schemas)?;
        pack.examples.retain(|example| example.act.is_some());
        let pack = compile(pack, schemas.clone())?;
        by_hash.insert(hash.to_owned(), pack.clone());
        Ok(pack)
    }
}

/// Reads `K=V` for a policy: the param exists, the value fits it and is not looser than the policy allows.
pub(crate) fn param(pack: &Pack, text: &str) -> Result<(Name, Literal), Error> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Error::refused(format!("`{text}` does not set anything\nhint: write NAME=VALUE, as in `backup_gap=26 hours`"))
    })?;
    let (name, literal) = (name.trim(), literal(value.trim()));
    if !pack.params.contains_key(name) {
        let names: Vec<&str> = pack.params.keys().map(|name| &**name).collect();
        return Err(Error::refused(format!("the policy has no number `{name}`\nhint: it has {}", names.join(", "))));
    }
    schoolkeeper_pack::fits(pack, name, &literal).map_err(Error::Refused)?;
    Ok((Name::from(name), literal))
}

fn literal(text: &str) -> Literal {
    match text {
        "true" | "yes" => Literal::Bool(true),
        "false" | "no" => Literal::Bool(false),
        _ => text
            .parse()
            .map(Literal::Int)
            .or_else(|_| text.parse().map(Literal::Number))
            .unwrap_or_else(|_| Literal::Text(text.to_owned())),
    }
}

impl House {
    /// Adopts a policy for a school, or at the trust's central office for all of them. It goes by sections: nothing of
    /// it is counted before somebody starts its section.
    pub async fn adopt_policy(&self, actor: &Actor, school: &School, what: &str) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("policy.adopt")).await?.scope;
        let prepared = prepare(what, &[], self.schemas.clone())?;
        let (pack, now) = (&prepared.compiled.pack, self.now());
        let mut write = self.write().await?;
        adopt(&mut write, &scope, school, (&prepared, ""), now).await?;
        section::go_by_sections(&mut write, &scope, school, (pack, now)).await?;
        write.commit().await?;
        self.probe(school).await
    }

    /// Sets numbers, names and blanks of the school's policies: each goes to every policy that has it.
    pub async fn set_params(&self, actor: &Actor, school: &School, set: &[String]) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("param.set")).await?.scope;
        let adopted = self.adopted(&scope, school).await?;
        let mut write = self.write().await?;
        for text in set {
            let name = text.split('=').next().unwrap_or_default().trim();
            let having: Vec<_> = adopted.iter().filter(|one| one.live.pack.params.contains_key(name)).collect();
            let all = if having.is_empty() { adopted.iter().collect() } else { having };
            for one in all {
                let pack = &one.live.pack;
                let (name, literal) = param(pack, text)?;
                let place = ParamAt { school: school.id, pack: pack.head.id.get_ref(), name: &name, why: "" };
                write.set_param(&scope, place, Some(&literal), self.now()).await?;
            }
        }
        write.commit().await?;
        self.probe(school).await
    }

    /// Every number, name and blank with its value here, one a line.
    pub async fn params(&self, actor: &Actor, school: &School) -> Result<Vec<String>, Error> {
        let scope = Self::scope(actor, "policy.see")?;
        let mut out = Vec::new();
        for one in self.adopted(&scope, school).await? {
            for (name, param) in &one.live.pack.params {
                let value = one.set.get(name).or(param.value.as_ref());
                let words = value.map_or_else(|| "(blank)".to_owned(), words);
                let ask = param.ask.as_ref().map_or_else(String::new, |ask| format!("  # {ask}"));
                out.push(format!("{name} = {words}{ask}"));
            }
        }
        Ok(out)
    }
}

fn words(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Literal::Int(value) => value.to_string(),
        Literal::Number(value) => value.to_string(),
        Literal::Text(value) => value.clone(),
        Literal::List(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
    }
}
