//! One picture of a PDF as dots from black to white, however it is packed.

use super::parse::{Dict, Thing};
use super::{Pdf, Unread};
use fax::Color;
use flate2::read::ZlibDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, GrayImage, ImageDecoder, Limits};
use std::io::{Cursor, Read};

/// Most bytes everything packed beside pictures becomes.
pub(super) const UNPACKED_MAX: usize = 64 << 20;
/// Most dots of a picture.
const DOTS_MAX: usize = 50_000_000;
/// Longest side of a picture.
const SIDE_MAX: i64 = 20_000;
/// Shorter ones are signs and lines, no sheets of paper.
const SIDE_MIN: i64 = 100;

/// What is done to a stream, one after the other.
struct Packing<'a> {
    name: &'a str,
    with: Option<&'a Dict>,
}

impl Packing<'_> {
    fn number(&self, key: &str, other: i64) -> i64 {
        self.with.and_then(|with| with.get(key)).and_then(Thing::number).unwrap_or(other)
    }
}

impl Pdf {
    /// What a stream holds, when it is packed plainly.
    pub(super) fn content(&self, id: u32, most: usize) -> Result<Vec<u8>, Unread> {
        let found = &self.things[&id];
        let mut bytes = self.bytes[found.stream.clone().unwrap_or(0..0)].to_vec();
        for packing in self.packings(&found.dict) {
            bytes = unpacked(&bytes, &packing, most)?;
        }
        Ok(bytes)
    }

    /// One picture in grey; `None` when it is too small to be a sheet.
    pub(super) fn picture(&self, id: u32) -> Result<Option<GrayImage>, Unread> {
        let found = &self.things[&id];
        let of = |long: &str, short: &str| found.dict.get(long).or(found.dict.get(short)).and_then(Thing::number);
        let (width, height) = (of("Width", "W").unwrap_or(0), of("Height", "H").unwrap_or(0));
        if width < SIDE_MIN || height < SIDE_MIN {
            return Ok(None);
        }
        if width.max(height) > SIDE_MAX || (width * height) as usize > DOTS_MAX {
            return Unread::say("The picture of this page is too large. Scan at 200 or 300 dots an inch");
        }
        let size = (width as u32, height as u32);
        let most = 4 * DOTS_MAX;
        let mut bytes = self.bytes[found.stream.clone().unwrap_or(0..0)].to_vec();
        for packing in self.packings(&found.dict) {
            match packing.name {
                "DCTDecode" | "DCT" => return photo(&bytes).map(Some),
                "CCITTFaxDecode" | "CCF" => return faxed(&bytes, &packing, size).map(Some),
                _ => bytes = unpacked(&bytes, &packing, most)?,
            }
        }
        let bits = if is_mask(&found.dict) { 1 } else { of("BitsPerComponent", "BPC").unwrap_or(8) };
        plain(&bytes, size, bits).map(Some)
    }

    fn packings<'a>(&'a self, dict: &'a Dict) -> Vec<Packing<'a>> {
        let list = |key: &str, short: &str| match dict.get(key).or(dict.get(short)) {
            Some(Thing::Array(all)) => all.iter().collect(),
            other => other.into_iter().collect::<Vec<_>>(),
        };
        let with = list("DecodeParms", "DP");
        let named = list("Filter", "F").into_iter().filter_map(Thing::name).take(4).enumerate();
        let of = |at: usize| match with.get(at)? {
            Thing::Ref(id) => self.things.get(id).map(|found| &found.dict),
            other => other.dict(),
        };
        named.map(|(at, name)| Packing { name, with: of(at) }).collect()
    }
}

fn is_mask(dict: &Dict) -> bool {
    matches!(dict.get("ImageMask"), Some(Thing::Word(word)) if word == "true")
}

fn unpacked(bytes: &[u8], packing: &Packing<'_>, most: usize) -> Result<Vec<u8>, Unread> {
    if !matches!(packing.name, "FlateDecode" | "Fl") {
        return Unread::say(format!(
            "The picture of this page is packed as {}, which is not read here. Set the copier to plain PDF, not compact",
            packing.name.chars().take(20).collect::<String>()
        ));
    }
    let mut out = Vec::new();
    // What came before a broken end is still a picture.
    let _ = ZlibDecoder::new(bytes).take(most as u64).read_to_end(&mut out);
    if packing.number("Predictor", 1) < 10 { Ok(out) } else { foretold(&out, packing) }
}

/// Rows of which each dot is told by its neighbours, as in PNG.
fn foretold(bytes: &[u8], packing: &Packing<'_>) -> Result<Vec<u8>, Unread> {
    let bits = packing.number("Colors", 1).clamp(1, 4) * packing.number("BitsPerComponent", 8).clamp(1, 16);
    let row = ((bits * packing.number("Columns", 1).clamp(1, SIDE_MAX)) as usize).div_ceil(8);
    let step = (bits as usize).div_ceil(8);
    let (mut out, mut above): (Vec<u8>, Vec<u8>) = (Vec::with_capacity(bytes.len()), vec![0; row]);
    for line in bytes.chunks(row + 1) {
        let Some((how, told)) = line.split_first() else { break };
        let mut now = vec![0; row];
        for (at, told) in told.iter().enumerate() {
            let left = if at < step { 0 } else { now[at - step] };
            let corner = if at < step { 0 } else { above[at - step] };
            now[at] = told.wrapping_add(match how {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => u8::midpoint(left, above[at]),
                4 => nearest(left, above[at], corner),
                _ => return Unread::say("The picture of this page is broken. Scan it again"),
            });
        }
        out.extend_from_slice(&now);
        above = now;
    }
    Ok(out)
}

fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |of: u8| (guess - i16::from(of)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}

fn photo(bytes: &[u8]) -> Result<GrayImage, Unread> {
    let broken = |_| Unread("The picture of this page is broken. Scan it again".to_owned());
    let mut decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width as usize * height as usize > DOTS_MAX {
        return Unread::say("The picture of this page is too large. Scan at 200 or 300 dots an inch");
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(8 * DOTS_MAX as u64);
    decoder.set_limits(limits).map_err(broken)?;
    Ok(DynamicImage::from_decoder(decoder).map_err(broken)?.into_luma8())
}

/// Black and white, as fax machines pack it.
fn faxed(bytes: &[u8], packing: &Packing<'_>, (width, height): (u32, u32)) -> Result<GrayImage, Unread> {
    let columns = u32::try_from(packing.number("Columns", 1728)).unwrap_or(0).clamp(1, SIDE_MAX as u32);
    let mut dots: Vec<u8> = Vec::new();
    let most = width as usize * height as usize;
    let mut line = |turns: &[u32]| {
        if dots.len() < most {
            let row = fax::decoder::pels(turns, columns).take(width as usize);
            let from = dots.len();
            dots.extend(row.map(|dot| if dot == Color::Black { 0 } else { 255 }));
            dots.resize(from + width as usize, 255);
        }
    };
    // What came before a broken end is still a picture.
    let _ = match packing.number("K", 0) {
        k if k < 0 => fax::decoder::decode_g4(bytes.iter().copied(), columns, Some(height), &mut line),
        0 => fax::decoder::decode_g3(bytes.iter().copied(), &mut line),
        _ => return Unread::say("The picture of this page is packed in a way that is not read here. Scan it in grey"),
    };
    Ok(on_white(dots, (width, height)))
}

/// Dots one after the other: one bit each, or one or three bytes.
fn plain(bytes: &[u8], (width, height): (u32, u32), bits: i64) -> Result<GrayImage, Unread> {
    let (across, dots) = (width as usize, width as usize * height as usize);
    let grey: Vec<u8> = match (bits, bytes.len() / dots) {
        (1, _) => {
            let bit = |row: &[u8], at: usize| {
                row.get(at / 8).map_or(255, |byte| if byte >> (7 - at % 8) & 1 == 1 { 255 } else { 0 })
            };
            bytes
                .chunks(across.div_ceil(8))
                .flat_map(|row| (0..across).map(move |at| bit(row, at)))
                .take(dots)
                .collect()
        }
        (8, 1) => bytes[..dots].to_vec(),
        (8, 3) => bytes
            .chunks_exact(3)
            .take(dots)
            .map(|dot| ((u16::from(dot[0]) + 2 * u16::from(dot[1]) + u16::from(dot[2])) / 4) as u8)
            .collect(),
        _ => return Unread::say("The colours of this page are not read here. Scan the pile in grey"),
    };
    Ok(on_white(grey, (width, height)))
}

/// Paper is white: a picture that is mostly black is told the other way round.
fn on_white(mut dots: Vec<u8>, (width, height): (u32, u32)) -> GrayImage {
    dots.resize(width as usize * height as usize, 255);
    if dots.iter().filter(|dot| **dot < 128).count() * 2 > dots.len() {
        for dot in &mut dots {
            *dot = 255 - *dot;
        }
    }
    GrayImage::from_raw(width, height, dots).expect("as many dots as that")
}
