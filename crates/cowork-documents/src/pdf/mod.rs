//! PDF: the glyphs of each page in the order in which they are drawn, put back into lines.
//!
//! Invisible glyphs count where a picture is drawn too, since that is how scans hold their text; elsewhere they are
//! what a reader is not meant to see, and left out.

mod lines;

use std::sync::Arc;

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt as _,
    font::{Glyph, GlyphRun, PositionedGlyph},
    hayro_cmap::{BfString, WritingMode},
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf},
    interpret_page,
    kurbo::{Affine, BezPath, Point, Rect},
};

use crate::{DocumentText, Parts, draft::Draft, error::ExtractError};
use lines::{Lines, Sign};

/// A book has some hundreds; text of this many would be cut long before.
const MAX_PAGES: usize = 5_000;

pub(crate) fn extract(bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(failure)?;
    let pages = pdf.pages();
    let cache = InterpreterCache::new();
    // Only what glyphs mean and how wide they are counts, so no font has to stand in for a missing one.
    let settings = InterpreterSettings { warning_sink: Arc::new(|_| {}), ..InterpreterSettings::default() };
    let mut draft = Draft::default();
    for (index, page) in pages.iter().enumerate() {
        if draft.is_full() {
            break;
        }
        if index >= MAX_PAGES {
            draft.set_cut();
            break;
        }
        let upright: Affine = page.initial_transform(true).to_kurbo();
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, width.into(), height.into());
        let mut context = Context::new(upright, area, &cache, pdf.xref(), settings.clone());
        let mut reader = PageReader::default();
        interpret_page(page, &mut context, &mut reader);
        let text = reader.finish();
        if !text.is_empty() {
            draft.heading(2, &format!("Page {}", index + 1));
            draft.push(&text);
            draft.end_block();
        }
    }
    Ok(draft.finish(Some(Parts::Pages(u32::try_from(pages.len()).unwrap_or(u32::MAX)))))
}

fn failure(error: LoadPdfError) -> ExtractError {
    match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => ExtractError::Encrypted,
        LoadPdfError::Decryption(_) => ExtractError::damaged("its encryption is wrong"),
        LoadPdfError::Invalid => ExtractError::damaged("it is no PDF that can be read"),
    }
}

/// A page that is drawn on nothing but paper for words.
#[derive(Default)]
struct PageReader {
    visible: Lines,
    all: Lines,
    has_picture: bool,
    has_invisible: bool,
    last_run: Option<Run>,
}

/// What a run of glyphs is told by: its place and its first glyph.
struct Run {
    at: Point,
    code: u32,
    glyphs: usize,
}

impl PageReader {
    fn finish(self) -> String {
        if self.has_picture && self.has_invisible { self.all.into_text() } else { self.visible.into_text() }
    }

    /// Outlined and bold letters are often drawn twice, with nothing or a hair between.
    fn is_repeated(&mut self, first: &PositionedGlyph<'_>, glyphs: usize, to_page: Affine) -> bool {
        let transform = to_page * first.transform();
        let at = transform * Point::ZERO;
        let hair = (transform * Point::new(0.0, UNITS)).distance(at) * 0.1;
        let run = Run { at, code: first.char_code(), glyphs };
        let last = self.last_run.replace(run);
        last.is_some_and(|last| {
            last.code == first.char_code() && last.glyphs == glyphs && last.at.distance(at) < hair
        })
    }
}

/// The height of a letter in the units of its own space.
const UNITS: f64 = 1000.0;

impl<'a> Device<'a> for PageReader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let glyphs = run.glyphs();
        let Some(first) = glyphs.first() else { return };
        if self.is_repeated(first, glyphs.len(), props.transform) {
            return;
        }
        let is_visible = !matches!(mode, DrawMode::Invisible);
        self.has_invisible |= !is_visible;
        let is_vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        for glyph in glyphs {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => char::REPLACEMENT_CHARACTER.to_string(),
            };
            let sign = sign(glyph, props.transform * glyph.transform(), is_vertical);
            if is_visible {
                self.visible.add(sign, &text);
            }
            self.all.add(sign, &text);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.has_picture = true;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_clip_rect(&mut self, _: &Rect) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

fn sign(glyph: &Glyph<'_>, to_page: Affine, is_vertical: bool) -> Sign {
    let at = to_page * Point::ZERO;
    let along = if is_vertical { Point::new(0.0, -UNITS) } else { Point::new(UNITS, 0.0) };
    let step = to_page * along - at;
    let size = (to_page * Point::new(0.0, UNITS) - at).hypot();
    let width = match glyph {
        _ if is_vertical => None,
        Glyph::Outline(glyph) => glyph.advance_width(),
        Glyph::Type3(glyph) => glyph.advance_width(),
    };
    let advance = step.hypot() * f64::from(width.unwrap_or(1000.0)) / UNITS;
    let direction = step / step.hypot();
    Sign { x: at.x, y: at.y, direction: (direction.x, direction.y), size, advance }
}
