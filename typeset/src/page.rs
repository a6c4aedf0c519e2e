//! From a document to its pages: our one template, the document beside it as data, and nothing else in the world.

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

const TEMPLATE: &str = include_str!("document.typ");

/// Sets a document. PDF/UA-1 and PDF/A-2a together; where a text holds letters no font here has, that cannot be promised,
/// and it is a tagged PDF.
pub fn set(document: Vec<u8>) -> Result<Vec<u8>, String> {
    serde_json::from_slice::<serde::de::IgnoredAny>(&document)
        .map_err(|error| format!("this is no document: {error}"))?;
    let world = Desk::with(document)?;
    let pages = typst::compile::<PagedDocument>(&world).output.map_err(|found| words(&found))?;
    let export = |standards| {
        let creator = Smart::Custom(Some("Schoolkeeper".to_owned()));
        typst_pdf::pdf(&pages, &PdfOptions { creator, standards, ..PdfOptions::default() })
    };
    let both =
        PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a]).map_err(|error| error.message().to_string())?;
    export(both).or_else(|_| export(PdfStandards::default())).map_err(|found| words(&found))
}

fn words(found: &[SourceDiagnostic]) -> String {
    found.iter().map(|one| one.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// Everything there is: the template, the document, fonts. No clock.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    document: (FileId, Bytes),
}

impl Desk {
    fn with(document: Vec<u8>) -> Result<Self, String> {
        let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(named("document.typ")?, TEMPLATE.to_owned()),
            document: (named("document.json")?, Bytes::new(document)),
        })
    }
}

fn named(name: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(name).map_err(|error| format!("{name}: {error:?}"))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.document.0 { Ok(self.document.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
