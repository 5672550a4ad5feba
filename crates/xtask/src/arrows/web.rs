//! Who may know whom among the page's folders, over the imports of `web/src`.
//!
//! `app -> features -> parts -> state -> api`; `ui` is a leaf; a feature never imports a feature. The catalogue of
//! strings, `i18n`, may be known by all but `api` and `ui`, and knows nobody.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use anyhow::Context as _;

use super::{Fault, imports::imports};
use crate::fingerprint::files_beneath;

/// Each folder under `web/src` and the ones it may import besides itself.
const MAY_KNOW: [(&str, &[&str]); 7] = [
    ("app", &["features", "parts", "state", "api", "ui", "i18n"]),
    ("features", &["parts", "state", "api", "ui", "i18n"]),
    ("parts", &["state", "api", "ui", "i18n"]),
    ("state", &["api", "i18n"]),
    ("api", &[]),
    ("ui", &[]),
    ("i18n", &[]),
];

/// What may stand in for `web/src` at the start of an import.
const ALIASES: [&str; 3] = ["@/", "~/", "/src/"];

const EXTENSIONS: [&str; 4] = ["ts", "tsx", "mts", "js"];

/// A source file and its text.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    text: String,
}

/// The page's source files; none when there is no page yet.
pub(super) fn sources(src: &Path) -> anyhow::Result<Vec<Source>> {
    files_beneath(src, &["node_modules"])?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|found| EXTENSIONS.iter().any(|known| found == *known)))
        .map(|path| {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            Ok(Source { path, text })
        })
        .collect()
}

/// Every import that the table doesn't allow.
pub(super) fn faults(src: &Path, sources: &[Source]) -> Vec<Fault> {
    sources.iter().flat_map(|source| faults_of(src, source)).collect()
}

fn faults_of(src: &Path, source: &Source) -> Vec<Fault> {
    let Some(from) = place(src, &source.path) else { return Vec::new() };
    let fault = |line, what| Fault { file: source.path.clone(), line, what };
    let Some(allowed) = may_know(&from.folder) else {
        return match from.folder.as_str() {
            "" if declares_only(&source.path) => Vec::new(),
            "" => vec![fault(1, "a source file belongs in a folder of web/src".to_owned())],
            folder => vec![fault(1, format!("`{folder}` has no place in the table of xtask's arrows"))],
        };
    };
    imports(&source.text)
        .into_iter()
        .filter_map(|import| {
            let to = place(src, &target(src, &source.path, &import.specifier)?)?;
            let what = if to.folder != from.folder {
                (!allowed.contains(&to.folder.as_str()))
                    .then(|| format!("`{}` may not import from `{}`", from.folder, to.shown()))
            } else {
                (from.folder == "features" && to.inner != from.inner).then(|| {
                    format!("the feature `{}` may not import the feature `{}`", from.inner, to.inner)
                })
            };
            what.map(|what| fault(import.line, format!("{what} ({})", import.specifier)))
        })
        .collect()
}

/// Where a file lies beneath `web/src`.
struct Place {
    /// The first folder; empty for a file directly in `web/src`.
    folder: String,
    /// The second: the feature's name for features.
    inner: String,
}

impl Place {
    fn shown(&self) -> &str {
        if self.folder.is_empty() { "web/src" } else { &self.folder }
    }
}

/// `None` for a path outside `web/src`, such as the fixtures that Rust's tests share.
fn place(src: &Path, path: &Path) -> Option<Place> {
    let mut parts =
        path.strip_prefix(src).ok()?.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let folder = parts.next().unwrap_or_default();
    let inner = parts.next().unwrap_or_default();
    let is_file = inner.is_empty() && may_know(&folder).is_none();
    Some(Place { folder: if is_file { String::new() } else { folder }, inner })
}

/// The path that an import means; `None` for a package.
fn target(src: &Path, file: &Path, specifier: &str) -> Option<PathBuf> {
    if let Some(rest) = ALIASES.iter().find_map(|alias| specifier.strip_prefix(alias)) {
        return Some(normal(&src.join(rest)));
    }
    specifier.starts_with('.').then(|| normal(&file.parent().unwrap_or(src).join(specifier)))
}

/// The path without `.` and `..`; nothing is looked up on the disk.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Ambient types (`vite-env.d.ts`) belong to no folder.
fn declares_only(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".d.ts")
}

fn may_know(folder: &str) -> Option<&'static [&'static str]> {
    MAY_KNOW.iter().find(|(known, _)| *known == folder).map(|(_, allowed)| *allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let src = Path::new("web/src");
        let source = Source { path: src.join(path), text: text.to_owned() };
        faults(src, &[source]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn imports_that_point_down_are_fine() {
        assert!(told("app/frame.tsx", "import { Thread } from '../features/thread/thread'\n").is_empty());
        assert!(
            told("features/thread/row.tsx", "import { t } from '@/i18n'\nimport { Md } from '@/parts/md'\n")
                .is_empty()
        );
        assert!(
            told("features/thread/row.tsx", "import { a } from './a'\nimport React from 'react'\n")
                .is_empty()
        );
        assert!(
            told("parts/md/md.tsx", "import { x } from '../../state/session'\nimport '../../ui/x.css'\n")
                .is_empty()
        );
        assert!(told("state/fold.ts", "import type { E } from '../api/schema'\n").is_empty());
    }

    #[test]
    fn an_import_that_points_up_is_told_with_its_place() {
        assert_eq!(
            told("state/fold.ts", "import a from './a'\n\nimport { Row } from '../features/thread/row'\n"),
            ["web/src/state/fold.ts:3: `state` may not import from `features` (../features/thread/row)"]
        );
        assert_eq!(told("parts/md.tsx", "import { App } from '@/app/app'\n").len(), 1);
        assert_eq!(told("api/client.ts", "import { t } from '../i18n'\n").len(), 1);
    }

    #[test]
    fn a_feature_knows_no_feature() {
        assert_eq!(
            told("features/composer/send.ts", "import { row } from '../thread/row'\n"),
            [
                "web/src/features/composer/send.ts:1: the feature `composer` may not import the feature `thread` (../thread/row)"
            ]
        );
        assert_eq!(
            told("features/composer/send.ts", "const a = () => import('@/features/thread/row')\n").len(),
            1
        );
    }

    #[test]
    fn the_primitives_know_nobody() {
        for other in ["api/client", "state/session", "i18n", "parts/md"] {
            assert_eq!(told("ui/button.tsx", &format!("import x from '../{other}'\n")).len(), 1, "{other}");
        }
        assert_eq!(told("i18n/index.ts", "import x from '../ui/button'\n").len(), 1);
    }

    #[test]
    fn only_known_folders_hold_sources() {
        assert_eq!(told("misc/x.ts", "").len(), 1);
        assert_eq!(told("main.tsx", "import { App } from './app/app'\n").len(), 1);
        assert!(told("vite-env.d.ts", "/// <reference types=\"vite/client\" />\n").is_empty());
        assert_eq!(
            told("state/x.ts", "import a from '../main'\n"),
            ["web/src/state/x.ts:1: `state` may not import from `web/src` (../main)"]
        );
    }

    #[test]
    fn what_lies_outside_the_sources_is_no_arrow() {
        assert!(told("state/fold.test.ts", "import list from '../../../fixtures/turn.json'\n").is_empty());
    }
}
