use super::{SIDE_MAX, SMALL_MAX, clean};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use schoolkeeper_core::attachment::{FileKind, Unfit};

const MAKER: &[u8] = b"Made-Up Phones";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>made-up-place</x:xmpmeta>";
const COMMENT: &[u8] = b"taken at the made-up school";
const TRAILER: &[u8] = b"MotionPhoto_Data made-up trailer";

/// The latitude of a made-up place, as cameras write it: 53° 41' 23.45".
const PLACE: [u8; 24] = [53, 0, 0, 0, 1, 0, 0, 0, 41, 0, 0, 0, 1, 0, 0, 0, 0x29, 9, 0, 0, 100, 0, 0, 0];

/// Everything a photo of these tests holds besides its dots.
pub(crate) const SECRETS: [&[u8]; 7] =
    [MAKER, &PLACE, b"Exif", b"made-up-place", b"made-up-caption", COMMENT, b"MotionPhoto"];

/// Exif data: the maker, which way up, and where the picture was taken.
fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut out = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
        out
    };
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let (maker_at, gps_at) = (8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + MAKER.len() as u32 + 2);
    out.extend(3_u16.to_le_bytes());
    out.extend(entry(0x010f, 2, MAKER.len() as u32, maker_at));
    out.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    out.extend(entry(0x8825, 4, 1, gps_at));
    out.extend(0_u32.to_le_bytes());
    out.extend(MAKER);
    out.extend([0, 0]);
    assert_eq!(out.len() as u32, gps_at);
    out.extend(2_u16.to_le_bytes());
    out.extend(entry(0x0001, 2, 2, u32::from(b'N')));
    out.extend(entry(0x0002, 5, 3, gps_at + 2 + 2 * 12 + 4));
    out.extend(0_u32.to_le_bytes());
    out.extend(PLACE);
    out
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, marker];
    out.extend((content.len() as u16 + 2).to_be_bytes());
    out.extend(content);
    out
}

/// A photo as phones write it: left half red, right half blue, with everything that tells who, where and with what.
pub(crate) fn photo(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let dots = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) });
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 90).encode_image(&dots).unwrap();
    let mut out = plain[..2].to_vec();
    out.extend(segment(0xe1, &[b"Exif\0\0", exif(orientation).as_slice()].concat()));
    out.extend(segment(0xe1, XMP));
    out.extend(segment(0xed, b"Photoshop 3.0\0made-up-caption"));
    out.extend(segment(0xfe, COMMENT));
    out.extend(&plain[2..]);
    out.extend(TRAILER);
    out
}

pub(crate) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The markers of a JPEG up to its dots.
fn markers(bytes: &[u8]) -> Vec<u8> {
    let (mut at, mut out) = (2, Vec::new());
    while bytes[at] == 0xff && bytes[at + 1] != 0xda {
        out.push(bytes[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
    }
    out
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

#[test]
fn nothing_a_phone_writes_beside_the_dots_stays_in_the_photo_or_its_small_picture() {
    let photo = photo(640, 400, 1);
    for secret in SECRETS {
        assert!(holds(&photo, secret), "the test's own photo must hold {secret:?}");
    }
    let clean = clean(&photo, FileKind::Jpeg).unwrap();
    for bytes in [&clean.bytes, &clean.small] {
        for secret in SECRETS {
            assert!(!holds(bytes, secret), "{:?} stayed", String::from_utf8_lossy(secret));
        }
        // JFIF, quantisation, frame, Huffman and restart: no place is left for anything else.
        let kept = markers(bytes);
        assert!(kept.iter().all(|marker| [0xe0, 0xdb, 0xc0, 0xc4, 0xdd].contains(marker)), "{kept:x?}");
        assert!(bytes.ends_with(&[0xff, 0xd9]), "nothing follows the end");
    }
}

#[test]
fn a_photo_taken_upright_stands_upright() {
    let (bytes, wide) = (photo(640, 400, 6), decoded(&photo(640, 400, 6)));
    assert_eq!((wide.width(), wide.height()), (640, 400), "as the dots lie in the file");
    let clean = clean(&bytes, FileKind::Jpeg).unwrap();
    let (turned, small) = (decoded(&clean.bytes).into_rgb8(), decoded(&clean.small).into_rgb8());
    assert_eq!((turned.width(), turned.height()), (400, 640));
    let ([red, ..], [.., blue]) = (turned.get_pixel(200, 20).0, turned.get_pixel(200, 620).0);
    assert!(red > 180 && blue > 180, "left came up, right came down");
    assert_eq!((small.width(), small.height()), (200, SMALL_MAX));
}

#[test]
fn a_large_photo_is_made_smaller_and_a_small_one_is_left_as_large_as_it_is() {
    let large = decoded(&clean(&photo(4000, 3000, 1), FileKind::Jpeg).unwrap().bytes);
    assert_eq!((large.width(), large.height()), (SIDE_MAX, 1920));
    let small = clean(&photo(100, 60, 1), FileKind::Jpeg).unwrap();
    assert_eq!(decoded(&small.bytes).width(), 100);
    assert_eq!(decoded(&small.small).width(), 100);
}

#[test]
fn a_picture_keeps_what_is_transparent_and_loses_its_texts() {
    let dots = RgbaImage::from_fn(40, 40, |x, _| if x < 20 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 120, 0, 255]) });
    let mut plain = Vec::new();
    PngEncoder::new(&mut plain).write_image(&dots, 40, 40, ExtendedColorType::Rgba8).unwrap();
    let text = b"Comment\0made-up author";
    // After signature and header: a text and the Exif data, each with its checksum.
    let mut png = plain[..33].to_vec();
    for (name, content) in [(b"tEXt", text.to_vec()), (b"eXIf", exif(1))] {
        png.extend((content.len() as u32).to_be_bytes());
        let chunk = [&name[..], &content].concat();
        png.extend(&chunk);
        png.extend(checksum(&chunk).to_be_bytes());
    }
    png.extend(&plain[33..]);
    assert!(holds(&png, b"made-up author") && holds(&png, MAKER));
    let clean = clean(&png, FileKind::Png).unwrap();
    let back = decoded(&clean.bytes).into_rgba8();
    assert_eq!((back.get_pixel(5, 5).0[3], back.get_pixel(30, 5).0), (0, [0, 120, 0, 255]));
    for bytes in [&clean.bytes, &clean.small] {
        assert!(!holds(bytes, b"made-up author") && !holds(bytes, MAKER) && !holds(bytes, b"eXIf"));
    }
    let small = decoded(&clean.small).into_rgb8();
    assert!(small.get_pixel(5, 5).0.iter().all(|colour| *colour > 240), "what is transparent is paper");
}

fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
        sum
    })
}

#[test]
fn what_cannot_be_read_or_is_too_large_is_refused_before_its_dots_are_made() {
    assert_eq!(clean(b"\xff\xd8\xff\xe0 no photo", FileKind::Jpeg).unwrap_err(), Unfit::Broken);
    assert_eq!(clean(b"\x89PNG\r\n\x1a\n no picture", FileKind::Png).unwrap_err(), Unfit::Broken);
    let photo = photo(64, 64, 1);
    // A header that promises 60,000 × 60,000 dots in a few bytes.
    let at = photo.windows(2).position(|window| window == [0xff, 0xc0]).unwrap();
    let mut bomb = photo.clone();
    bomb[at + 5..at + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
    assert_eq!(clean(&bomb, FileKind::Jpeg).unwrap_err(), Unfit::Huge);
    let mut plain = Vec::new();
    PngEncoder::new(&mut plain).write_image(&[0; 4], 1, 1, ExtendedColorType::Rgba8).unwrap();
    plain[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let sum = checksum(&plain[12..29]).to_be_bytes();
    plain[29..33].copy_from_slice(&sum);
    assert_eq!(clean(&plain, FileKind::Png).unwrap_err(), Unfit::Huge);
}
