//! Pictures are made anew: what is kept is the dots and nothing else the camera or a program wrote beside them.
//!
//! Invariant: no byte of what came is kept; no picture costs more memory than its dots, and one is made at a time.

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageResult, Limits, Rgb, RgbImage, Rgba};
use schoolkeeper_core::attachment::{FileKind, Unfit};
use std::io::Cursor;

/// Most dots of a picture that is taken.
const DOTS_MAX: u64 = 50_000_000;
/// Most bytes of its dots.
const BYTES_MAX: u64 = 200 << 20;
/// Longest side of what is kept.
pub(super) const SIDE_MAX: u32 = 2560;
/// Longest side of the small picture.
pub(super) const SMALL_MAX: u32 = 320;
const QUALITY: u8 = 85;

/// A picture made anew.
#[derive(Debug)]
pub(super) struct Clean {
    /// The picture, of the kind that came.
    pub(super) bytes: Vec<u8>,
    /// The same small, as JPEG.
    pub(super) small: Vec<u8>,
}

/// Reads a picture, turns it as its camera was held, scales it down and writes it anew.
pub(super) fn clean(bytes: &[u8], kind: FileKind) -> Result<Clean, Unfit> {
    let bytes = Cursor::new(bytes);
    let picture = match kind {
        FileKind::Jpeg => read(JpegDecoder::new(bytes))?,
        _ => read(PngDecoder::with_limits(bytes, limits()))?,
    };
    let small = flat(scaled(&picture, SMALL_MAX).unwrap_or_else(|| picture.clone()));
    let bytes = match kind {
        FileKind::Jpeg => jpeg(&flat(picture)),
        _ => png(picture),
    };
    Ok(Clean { bytes: bytes.map_err(|_| Unfit::Broken)?, small: jpeg(&small).map_err(|_| Unfit::Broken)? })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * BYTES_MAX);
    limits
}

fn read(decoder: ImageResult<impl ImageDecoder>) -> Result<DynamicImage, Unfit> {
    let mut decoder = decoder.map_err(|_| Unfit::Broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > DOTS_MAX || decoder.total_bytes() > BYTES_MAX {
        return Err(Unfit::Huge);
    }
    decoder.set_limits(limits()).map_err(|_| Unfit::Huge)?;
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Broken)?;
    let mut picture = scaled(&picture, SIDE_MAX).unwrap_or(picture);
    picture.apply_orientation(turned);
    Ok(picture)
}

/// Smaller, when a side is longer than that.
fn scaled(picture: &DynamicImage, side: u32) -> Option<DynamicImage> {
    (picture.width().max(picture.height()) > side).then(|| picture.thumbnail(side, side))
}

/// On white paper.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let on_white = |dot: &Rgba<u8>| {
        let [red, green, blue, seen] = dot.0.map(u16::from);
        Rgb([red, green, blue].map(|colour| ((colour * seen + 255 * (255 - seen)) / 255) as u8))
    };
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| on_white(picture.get_pixel(x, y)))
}

fn jpeg(picture: &RgbImage) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(picture)?;
    Ok(out)
}

fn png(picture: DynamicImage) -> ImageResult<Vec<u8>> {
    let plain: DynamicImage =
        if picture.color().has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    let mut out = Vec::new();
    plain.write_with_encoder(PngEncoder::new(&mut out))?;
    Ok(out)
}

#[cfg(test)]
#[path = "picture_tests.rs"]
pub(super) mod picture_tests;
