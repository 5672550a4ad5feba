//! `cowork.toml`: what it may hold, checked key by key with the line of each.

use std::path::{Path, PathBuf};

use cowork_contract::AutoCompact;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::Fault;

/// The most that each limit of attachments may be set to.
const FILE_MB: u32 = 200;
const PER_MESSAGE: u32 = 100;
const SESSION_MB: u32 = 10_000;

/// A value and its line in the file.
#[derive(Debug, Clone)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// The file as it stands.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) host: Option<Located<String>>,
    pub(super) port: Option<Located<u16>>,
    pub(super) providers: Vec<FileProvider>,
    pub(super) default_model: Option<Located<String>>,
    pub(super) fallback: Option<Located<Vec<String>>>,
    /// Whether conversations that no longer fit are summarised.
    pub(super) compact: Option<Located<AutoCompact>>,
    /// Whether local servers are looked for.
    pub(super) discovery: Option<Located<bool>>,
    /// Megabytes of one attached file.
    pub(super) file_mb: Option<Located<u32>>,
    /// Files of one message.
    pub(super) files_per_message: Option<Located<u32>>,
    /// Megabytes of all files of a session.
    pub(super) session_mb: Option<Located<u32>>,
}

/// One of `[[providers]]`.
#[derive(Debug)]
pub(super) struct FileProvider {
    pub(super) line: usize,
    /// Which one of the list, for faults.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) kind: Option<Located<String>>,
    pub(super) service: Option<Located<String>>,
    pub(super) base_url: Option<String>,
    pub(super) api_key_env: Option<Located<Vec<String>>>,
    pub(super) models: Vec<String>,
}

/// Reads and checks the file at `path`.
pub(super) fn read(path: &Path) -> Result<File, Fault> {
    let text = std::fs::read_to_string(path).map_err(|cause| Fault::unreadable(path, &cause))?;
    parse(path, &text)
}

/// Checks `text` as the content of `path`.
pub(super) fn parse(path: &Path, text: &str) -> Result<File, Fault> {
    let document = DeTable::parse(text).map_err(|fault| {
        let line = fault.span().map_or(1, |span| line_of(text, span.start));
        Fault::syntax(path, line, fault.message())
    })?;
    let reader = Reader { path, text };
    let mut file = File { path: path.to_owned(), ..File::default() };
    let root = reader.section(
        "",
        document.get_ref(),
        &["server", "providers", "routing", "context", "discovery", "attachments"],
    )?;
    if let Some(server) = root.table("server", &["host", "port"])? {
        file.host = server.text("host")?;
        file.port = server.port("port")?;
    }
    let known = ["id", "kind", "service", "base_url", "api_key_env", "models"];
    for provider in root.tables("providers", &known)? {
        file.providers.push(FileProvider {
            line: provider.line,
            name: provider.name.clone(),
            id: provider.required("id", "a name of your choice, which is shown with each answer")?.value,
            kind: provider.text("kind")?,
            service: provider.text("service")?,
            base_url: provider.text("base_url")?.map(|url| url.value),
            api_key_env: provider.text_or_texts("api_key_env")?,
            models: provider.texts("models")?.map(|models| models.value).unwrap_or_default(),
        });
    }
    if let Some(routing) = root.table("routing", &["default", "fallback"])? {
        file.default_model = routing.text("default")?;
        file.fallback = routing.texts("fallback")?;
    }
    if let Some(context) = root.table("context", &["compact"])? {
        file.compact = context.compact("compact")?;
    }
    if let Some(discovery) = root.table("discovery", &["local"])? {
        file.discovery = discovery.switch("local")?;
    }
    if let Some(attachments) = root.table("attachments", &["file_mb", "per_message", "session_mb"])? {
        file.file_mb = attachments.count("file_mb", FILE_MB)?;
        file.files_per_message = attachments.count("per_message", PER_MESSAGE)?;
        file.session_mb = attachments.count("session_mb", SESSION_MB)?;
    }
    Ok(file)
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

/// A table of the file whose keys are all known.
struct Section<'a> {
    reader: Reader<'a>,
    name: String,
    line: usize,
    table: &'a DeTable<'a>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Reader<'a> {
    fn line(&self, offset: usize) -> usize {
        line_of(self.text, offset)
    }

    fn section(&self, name: &str, table: &'a DeTable<'a>, known: &[&str]) -> Result<Section<'a>, Fault> {
        let mut first = usize::MAX;
        for key in table.keys() {
            let (line, key) = (self.line(key.span().start), key.get_ref());
            first = first.min(line);
            if !known.contains(&key.as_ref()) {
                let full = join(name, key);
                let remedy = match closest(key, known) {
                    Some(meant) => format!("Did you mean {meant:?}?"),
                    None => format!("What can stand here: {}.", known.join(", ")),
                };
                return Err(Fault::in_file(self.path, line, &full, "there is no such setting", remedy));
            }
        }
        Ok(Section {
            reader: *self,
            name: name.to_owned(),
            line: if first == usize::MAX { 1 } else { first },
            table,
        })
    }
}

impl<'a> Section<'a> {
    fn get(&self, key: &str) -> Option<(usize, Value<'a>)> {
        let value = self.table.get(key)?;
        Some((self.reader.line(value.span().start), value))
    }

    fn fault(&self, line: usize, key: &str, what: &str, remedy: impl Into<String>) -> Fault {
        Fault::in_file(self.reader.path, line, &join(&self.name, key), what, remedy)
    }

    fn table(&self, key: &str, known: &[&str]) -> Result<Option<Section<'a>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.fault(line, key, "this is not a table", format!("Write it as [{key}].")));
        };
        self.reader.section(&join(&self.name, key), table, known).map(Some)
    }

    fn tables(&self, key: &str, known: &[&str]) -> Result<Vec<Section<'a>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(Vec::new()) };
        let wrong =
            |line| self.fault(line, key, "this is not a list of tables", format!("Write each as [[{key}]]."));
        let list = value.get_ref().as_array().ok_or_else(|| wrong(line))?;
        let section = |(index, item): (usize, Value<'a>)| {
            let line = self.reader.line(item.span().start);
            let table = item.get_ref().as_table().ok_or_else(|| wrong(line))?;
            let mut section =
                self.reader.section(&format!("{}[{index}]", join(&self.name, key)), table, known)?;
            section.line = line;
            Ok(section)
        };
        list.iter().enumerate().map(section).collect()
    }

    fn text(&self, key: &str) -> Result<Option<Located<String>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Ok(Some(Located { value: text.to_owned(), line })),
            Some(_) => Err(self.fault(line, key, "this is empty", "Give it a value, or remove the line.")),
            None => Err(self.fault(line, key, "this is not a text", format!("Write it as {key} = \"...\"."))),
        }
    }

    fn required(&self, key: &str, meaning: &str) -> Result<Located<String>, Fault> {
        let missing =
            || self.fault(self.line, key, "this is missing", format!("Add {key} = \"...\": {meaning}."));
        self.text(key)?.ok_or_else(missing)
    }

    fn texts(&self, key: &str) -> Result<Option<Located<Vec<String>>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        match list {
            Some(value) => Ok(Some(Located { value, line })),
            None => {
                let remedy = format!("Write it as {key} = [\"...\", \"...\"].");
                Err(self.fault(line, key, "this is not a list of texts", remedy))
            }
        }
    }

    /// A text, or a list of at least one.
    fn text_or_texts(&self, key: &str) -> Result<Option<Located<Vec<String>>>, Fault> {
        match self.get(key) {
            Some((_, value)) if value.get_ref().is_array() => match self.texts(key)? {
                Some(list)
                    if list.value.is_empty() || list.value.iter().any(|text| text.trim().is_empty()) =>
                {
                    Err(self.fault(list.line, key, "this is empty", "Give it a value, or remove the line."))
                }
                list => Ok(list),
            },
            _ => Ok(self.text(key)?.map(|text| Located { value: vec![text.value], line: text.line })),
        }
    }

    fn switch(&self, key: &str) -> Result<Option<Located<bool>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        match value.get_ref().as_bool() {
            Some(value) => Ok(Some(Located { value, line })),
            None => Err(self.fault(
                line,
                key,
                "this is neither true nor false",
                format!("Write {key} = true or {key} = false."),
            )),
        }
    }

    fn compact(&self, key: &str) -> Result<Option<Located<AutoCompact>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some("auto") => Ok(Some(Located { value: AutoCompact::Auto, line })),
            Some("off") => Ok(Some(Located { value: AutoCompact::Off, line })),
            _ => {
                let remedy = format!("Write {key} = \"auto\" or {key} = \"off\".");
                Err(self.fault(line, key, "this is neither \"auto\" nor \"off\"", remedy))
            }
        }
    }

    /// A number from 1 to `most`.
    fn count(&self, key: &str, most: u32) -> Result<Option<Located<u32>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        match number.filter(|number| (1..=most).contains(number)) {
            Some(value) => Ok(Some(Located { value, line })),
            None => {
                let remedy = format!("Write a whole number from 1 to {most}.");
                Err(self.fault(line, key, "this is out of range", remedy))
            }
        }
    }

    fn port(&self, key: &str) -> Result<Option<Located<u16>>, Fault> {
        let Some((line, value)) = self.get(key) else { return Ok(None) };
        let number = value.get_ref().as_integer();
        match number.and_then(|number| u16::from_str_radix(number.as_str(), number.radix()).ok()) {
            Some(value) => Ok(Some(Located { value, line })),
            None => {
                let remedy = "Write a number from 1 to 65535, or 0 for any free port.";
                Err(self.fault(line, key, "this is no port", remedy))
            }
        }
    }
}

fn join(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// The known name that was most likely meant: at most two letters away.
fn closest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|known| (distance(name, known), *known))
        .filter(|(away, _)| *away <= 2)
        .min()
        .map(|(_, known)| known)
}

/// Letters to insert, remove or replace to get from one name to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (b, cell) in to.iter().zip(row.iter_mut().skip(1)) {
            let replace = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = replace.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted_in_letters() {
        for (a, b, away) in [
            ("port", "port", 0),
            ("prot", "port", 2),
            ("por", "port", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), away, "{a} {b}");
        }
        assert_eq!(closest("prot", &["host", "port"]), Some("port"));
        assert_eq!(closest("colour", &["host", "port"]), None);
    }
}
