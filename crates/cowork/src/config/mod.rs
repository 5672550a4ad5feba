//! What the person set, from wherever they set it: flags, environment, `cowork.toml`, defaults, in this order.
//!
//! Start at [`Config::load`]. Always true: each value knows where it came from; a fault names its place, its key and
//! the remedy, and nothing is started with half a configuration. Elsewhere: what a provider does with its part
//! (`cowork-provider`).

mod environment;
mod fault;
mod file;
mod providers;
mod show;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use cowork_contract::{AttachmentLimits, AutoCompact};
use cowork_engine::{Configured, EngineOptions, Origin, OriginKey, Place};
use cowork_provider::{ConfigError, LocalServer, ProviderConfig, ProviderKind, Registry, demo::Demo};
use secrecy::SecretString;

pub(crate) use environment::Environment;
pub(crate) use fault::Fault;

/// The port when nobody chose one.
pub(crate) const DEFAULT_PORT: u16 = 7317;

/// A token that is shorter can be guessed.
const TOKEN_CHARACTERS: usize = 16;

/// What was given on the command line.
#[derive(Debug, Default, Clone)]
pub(crate) struct Flags {
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) config: Option<PathBuf>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Flag(&'static str),
    Env(&'static str),
    File { path: PathBuf, line: usize },
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Env(name) => f.write_str(name),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

impl<T> Setting<T> {
    fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// A provider and where it and its key came from.
#[derive(Debug)]
pub(crate) struct ProviderSetting {
    pub(crate) config: ProviderConfig,
    pub(crate) source: Source,
    /// The variables that hold its keys. Empty: it has none.
    pub(crate) keys_from: Vec<String>,
}

/// Everything that is set.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) host: Setting<String>,
    pub(crate) port: Setting<u16>,
    pub(crate) data_dir: Setting<PathBuf>,
    /// A bearer secret for programs.
    pub(crate) token: Option<Setting<SecretString>>,
    /// A tracing filter.
    pub(crate) log: Option<Setting<String>>,
    pub(crate) providers: Vec<ProviderSetting>,
    /// `provider/model`.
    pub(crate) default_model: Option<Setting<String>>,
    /// Provider and model of each that may stand in for another, in order.
    pub(crate) fallback: Option<Setting<Vec<(String, String)>>>,
    /// What happens to conversations that no longer fit.
    pub(crate) compact: Option<Setting<AutoCompact>>,
    /// Whether local servers are looked for.
    pub(crate) discovery: Setting<bool>,
    /// Megabytes of one attached file, files of one message, megabytes of all files of a session.
    pub(crate) attachments: [Setting<u32>; 3],
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
    /// What is set and has no effect, or could be better; for people.
    pub(crate) notices: Vec<String>,
}

impl Config {
    /// Reads all sources.
    pub(crate) fn load(flags: &Flags, environment: &Environment) -> Result<Self, Fault> {
        let file = match find_file(flags, environment)? {
            Some(path) => Some(file::read(&path)?),
            None => None,
        };
        let of_file = file.as_ref();
        let in_file =
            |line| Source::File { path: of_file.map(|file| file.path.clone()).unwrap_or_default(), line };
        let mut notices = Vec::new();

        let host = first([
            flags.host.clone().map(|host| Setting::new(host, Source::Flag("--host"))),
            environment.text("COWORK_HOST")?.map(|host| Setting::new(host, Source::Env("COWORK_HOST"))),
            of_file
                .and_then(|file| file.host.clone())
                .map(|host| Setting::new(host.value, in_file(host.line))),
        ]);
        let port = first([
            flags.port.map(|port| Setting::new(port, Source::Flag("--port"))),
            environment.port("COWORK_PORT")?.map(|port| Setting::new(port, Source::Env("COWORK_PORT"))),
            of_file
                .and_then(|file| file.port.clone())
                .map(|port| Setting::new(port.value, in_file(port.line))),
        ]);
        let data_dir = first([
            flags.data_dir.clone().map(|path| Setting::new(path, Source::Flag("--data-dir"))),
            environment
                .path("COWORK_DATA_DIR")
                .map(|path| Setting::new(path, Source::Env("COWORK_DATA_DIR"))),
        ]);
        let token = environment.text("COWORK_TOKEN")?;
        if token.as_ref().is_some_and(|token| token.chars().count() < TOKEN_CHARACTERS) {
            notices.push(format!(
                "COWORK_TOKEN has fewer than {TOKEN_CHARACTERS} characters and can be guessed; use a longer one"
            ));
        }
        let providers = providers::collect(of_file, environment)?;
        let fallback = match of_file.and_then(|file| file.fallback.as_ref()) {
            Some(list) => {
                let source = in_file(list.line);
                let list = fallback(&list.value, &providers, &source)?;
                Some(Setting::new(list, source))
            }
            None => None,
        };
        let discovery = first([
            environment
                .switch("COWORK_DISCOVERY")?
                .map(|local| Setting::new(local, Source::Env("COWORK_DISCOVERY"))),
            of_file
                .and_then(|file| file.discovery.clone())
                .map(|local| Setting::new(local.value, in_file(local.line))),
        ]);
        let compact = of_file
            .and_then(|file| file.compact.clone())
            .map(|compact| Setting::new(compact.value, in_file(compact.line)));
        let attachments = attachments(of_file, in_file);
        let default_model = of_file
            .and_then(|file| file.default_model.clone())
            .map(|model| Setting::new(model.value, in_file(model.line)));
        Ok(Self {
            host: host.unwrap_or_else(|| Setting::new("127.0.0.1".to_owned(), Source::Default)),
            port: port.unwrap_or(Setting { value: DEFAULT_PORT, source: Source::Default }),
            data_dir: match data_dir {
                Some(chosen) => chosen,
                None => Setting::new(environment.data_home()?.join("cowork"), Source::Default),
            },
            token: token.map(|token| Setting::new(SecretString::from(token), Source::Env("COWORK_TOKEN"))),
            log: environment
                .text("COWORK_LOG")?
                .map(|filter| Setting::new(filter, Source::Env("COWORK_LOG"))),
            providers,
            default_model,
            fallback,
            compact,
            discovery: discovery.unwrap_or(Setting { value: true, source: Source::Default }),
            attachments,
            file: file.map(|file| file.path),
            notices,
        })
    }

    /// The configured providers, ready to be asked.
    pub(crate) fn registry(&self) -> Result<Registry, Fault> {
        let configs = self.providers.iter().map(|provider| provider.config.clone()).collect();
        let default = self.default_model.as_ref().map(|model| model.value.as_str());
        Registry::new(configs, default)
            .map_err(|error| Fault::provider(self.place_of(&error).as_ref(), &error))
    }

    /// What the engine is told of it.
    pub(crate) fn engine_options(&self) -> EngineOptions {
        let file = self.file.as_ref().map(|path| name_of(path));
        let origin = |provider: &ProviderSetting| {
            let (place, name) = match &provider.source {
                Source::File { path, .. } => (Place::File, name_of(path)),
                Source::Env(name) | Source::Flag(name) => (Place::Environment, (*name).to_owned()),
                Source::Default => (Place::Environment, String::new()),
            };
            let key = (!provider.keys_from.is_empty())
                .then(|| OriginKey { place, variable: provider.keys_from.join(" and ") });
            (provider.config.id.clone(), Origin { place, name, key })
        };
        EngineOptions {
            configured: Configured {
                file,
                providers: self.providers.iter().map(origin).collect(),
                fallback: self.fallback.is_some(),
                compact: self.compact.as_ref().map(|compact| compact.value),
            },
            fallback: self.fallback.as_ref().map(|list| list.value.clone()).unwrap_or_default(),
            discovery: if self.discovery.value { LocalServer::USUAL.to_vec() } else { Vec::new() },
            attachments: AttachmentLimits {
                file_bytes: u64::from(self.attachments[0].value) << 20,
                files_per_message: self.attachments[1].value,
                session_bytes: u64::from(self.attachments[2].value) << 20,
                ..AttachmentLimits::default()
            },
            ..EngineOptions::default()
        }
    }

    /// Where the part of the configuration stands that `error` is about.
    fn place_of(&self, error: &ConfigError) -> Option<Source> {
        let id = match error {
            ConfigError::Default { .. } => {
                return self.default_model.as_ref().map(|model| model.source.clone());
            }
            ConfigError::Reserved => "demo",
            ConfigError::Id { id }
            | ConfigError::Twice { id }
            | ConfigError::NoBaseUrl { id }
            | ConfigError::BaseUrl { id, .. }
            | ConfigError::Key { id } => id,
        };
        // Of two with the same id, the second one is too many.
        self.providers
            .iter()
            .rfind(|provider| provider.config.id == id)
            .map(|provider| provider.source.clone())
    }
}

/// What the file says of attachments, or else the defaults.
fn attachments(file: Option<&file::File>, in_file: impl Fn(usize) -> Source) -> [Setting<u32>; 3] {
    let limits = AttachmentLimits::default();
    let megabytes = |bytes: u64| u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    let set = |of: fn(&file::File) -> &Option<file::Located<u32>>, otherwise| match file
        .and_then(|file| of(file).as_ref())
    {
        Some(set) => Setting::new(set.value, in_file(set.line)),
        None => Setting::new(otherwise, Source::Default),
    };
    [
        set(|file| &file.file_mb, megabytes(limits.file_bytes)),
        set(|file| &file.files_per_message, limits.files_per_message),
        set(|file| &file.session_mb, megabytes(limits.session_bytes)),
    ]
}

fn first<T, const N: usize>(settings: [Option<T>; N]) -> Option<T> {
    settings.into_iter().flatten().next()
}

/// A file's name, without where it is.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| "cowork.toml".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The models that may stand in for another. Their providers may still be added in the app, so only what can't be is
/// refused.
fn fallback(
    list: &[String],
    providers: &[ProviderSetting],
    source: &Source,
) -> Result<Vec<(String, String)>, Fault> {
    let mut parts: Vec<(String, String)> = Vec::with_capacity(list.len());
    for text in list {
        let refused = |why| Err(Fault::fallback(source, text, why));
        let Some((id, model)) =
            text.split_once('/').filter(|(id, model)| !id.is_empty() && !model.is_empty())
        else {
            return refused("names no provider and model");
        };
        let kind = providers.iter().find(|provider| provider.config.id == id).map(|found| found.config.kind);
        if id == Demo::ID || kind == Some(ProviderKind::Demo) {
            return refused("is the demo, which never stands in for another model");
        }
        if parts.iter().any(|(other, its)| (other.as_str(), its.as_str()) == (id, model)) {
            return refused("is there twice");
        }
        parts.push((id.to_owned(), model.to_owned()));
    }
    Ok(parts)
}

/// The file that was named, which must be there, or the usual one, if there is one.
fn find_file(flags: &Flags, environment: &Environment) -> Result<Option<PathBuf>, Fault> {
    let named = first([
        flags.config.clone().map(|path| (path, Source::Flag("--config"))),
        environment.path("COWORK_CONFIG").map(|path| (path, Source::Env("COWORK_CONFIG"))),
    ]);
    match named {
        Some((path, _)) if path.is_file() => Ok(Some(path)),
        Some((path, source)) => Err(Fault::no_file(&source, &path)),
        None => Ok(environment
            .config_home()
            .map(|home| home.join("cowork/cowork.toml"))
            .filter(|path| is_there(path))),
    }
}

/// Whether there is something to read, be it readable or not.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests;
