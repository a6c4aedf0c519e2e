//! The squares on a page.

use super::{Pdf, Unread};
use image::GrayImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::thumbnail;
use rqrr::PreparedImage;

/// Sides to which a page is made smaller before it is looked at: small first, which is quick and less grainy.
const SIDES: [u32; 2] = [1700, 3600];
/// Squares read on one page.
const SQUARES_MAX: usize = 8;
/// Longest side of a page as it is shown.
const SHOWN_SIDE: u32 = 1400;
/// Of so many dots less than one is dark on an empty page.
const EMPTY: usize = 2000;

/// What is on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The texts of its squares.
    Squares(Vec<String>),
    /// Nothing: the back of a sheet.
    Empty,
    /// Something, but no square that can be read.
    NoSquare,
}

/// Reads one page, from 0.
pub fn read_sheet(pdf: &Pdf, page: usize) -> Result<Sheet, Unread> {
    let (mut empty, mut unread) = (true, None);
    for id in pdf.pages.get(page).map_or(&[][..], Vec::as_slice) {
        let picture = match pdf.picture(*id) {
            Ok(Some(picture)) => picture,
            Ok(None) => continue,
            Err(why) => {
                (unread, empty) = (Some(why), false);
                continue;
            }
        };
        let dark = picture.pixels().filter(|dot| dot.0[0] < 128).count();
        if dark * EMPTY < picture.len() {
            continue;
        }
        empty = false;
        for side in SIDES {
            let found = squares(&smaller(&picture, side));
            if !found.is_empty() {
                return Ok(Sheet::Squares(found));
            }
            if picture.width().max(picture.height()) <= side {
                break;
            }
        }
    }
    match unread {
        Some(why) => Err(why),
        None if empty => Ok(Sheet::Empty),
        None => Ok(Sheet::NoSquare),
    }
}

fn squares(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let dots = picture.as_raw();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    let grids = prepared.detect_grids();
    grids.iter().take(SQUARES_MAX).filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

fn smaller(picture: &GrayImage, side: u32) -> GrayImage {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return picture.clone();
    }
    let fit = |of: u32| (u64::from(of) * u64::from(side) / u64::from(longest)).max(1) as u32;
    thumbnail(picture, fit(picture.width()), fit(picture.height()))
}

impl Pdf {
    /// A page as a picture to be looked at, as JPEG: its largest picture, made anew.
    pub fn shown(&self, page: usize) -> Result<Vec<u8>, Unread> {
        let pictures = self.pages.get(page).map_or(&[][..], Vec::as_slice).iter();
        let largest = pictures.filter_map(|id| self.picture(*id).ok().flatten()).max_by_key(|picture| picture.len());
        let Some(picture) = largest else { return Unread::say("This page cannot be shown. Look at the paper") };
        let mut out = Vec::new();
        let made = JpegEncoder::new_with_quality(&mut out, 60).encode_image(&smaller(&picture, SHOWN_SIDE));
        made.map_err(|_| Unread("This page cannot be shown. Look at the paper".to_owned()))?;
        Ok(out)
    }
}
