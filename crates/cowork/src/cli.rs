//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use cowork_documents::DocumentKind;

/// A local-first AI coworker.
///
/// Without a command: starts the server if none runs on the data folder, prints the link to sign in with, and opens
/// the browser on a desktop.
#[derive(Debug, Parser)]
#[command(name = "cowork", version, arg_required_else_help = false, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted.";

/// Where everything is.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// The folder for all data [COWORK_DATA_DIR; default: cowork in the XDG data folder].
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration file [COWORK_CONFIG; default: cowork/cowork.toml in the XDG configuration folder].
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// How to serve.
#[derive(Debug, Args, Default)]
pub(crate) struct ServeArgs {
    /// The loopback address to listen on [COWORK_HOST; default: 127.0.0.1].
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// The port to listen on, 0 for any free one [COWORK_PORT; default: 7317].
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Don't open the browser.
    #[arg(long)]
    pub(crate) no_open: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server in the foreground until it is told to stop.
    Serve(ServeArgs),
    /// Sends a message and prints the answer as it comes.
    Chat(ChatArgs),
    /// Lists the sessions, the newest first.
    Sessions(SessionsArgs),
    /// Finds words in titles, messages and files, the best first.
    Search(SearchArgs),
    /// Writes a session to a file or to standard output.
    Export(ExportArgs),
    /// Makes sessions from a file of Cowork, ChatGPT, LibreChat or Open WebUI.
    Import(ImportArgs),
    /// Prints the text of a PDF, Word, Excel, PowerPoint or HTML file, as a model gets it.
    Text(TextArgs),
    /// Lists the models that can be asked; the default one has a star.
    Models(ModelsArgs),
    /// Lists model services, adds, tests and removes them, and sets their keys.
    Providers(ProvidersArgs),
    /// Shows what is configured and where it comes from.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Says what is wrong and how to mend it.
    Doctor,
    /// Prints a completion script.
    Completions {
        /// The shell to complete for.
        shell: Shell,
    },
    /// Prints the OpenAPI document.
    #[command(hide = true)]
    Openapi,
    /// Reads a document from standard input and says its text; started by the others for each document.
    #[command(hide = true)]
    ExtractText {
        /// What the document is.
        kind: DocumentKind,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Each value with its source; secrets are masked.
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct ChatArgs {
    /// Go on in this session; without it, a new one is made.
    #[arg(short, long, value_name = "SESSION")]
    pub(crate) session: Option<String>,
    /// Ask this model, as PROVIDER/MODEL.
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Attach this file; can be given several times.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    /// Print the events as JSON Lines in place of the text.
    #[arg(long)]
    pub(crate) json: bool,
    /// What to say; - reads it from standard input.
    #[arg(required = true, value_name = "TEXT")]
    pub(crate) text: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// Print the sessions as JSON Lines.
    #[arg(long)]
    pub(crate) json: bool,
    /// The archived ones in place of the others.
    #[arg(long)]
    pub(crate) archived: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words that must all occur, "phrases"; after --, also -word for what must not occur. The last word may go on.
    #[arg(required = true, value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    /// Print the hits as JSON Lines.
    #[arg(long)]
    pub(crate) json: bool,
    /// Only in this session.
    #[arg(short, long, value_name = "SESSION")]
    pub(crate) session: Option<String>,
    /// In archived sessions too.
    #[arg(long)]
    pub(crate) archived: bool,
    /// How many hits at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    /// Print the models as JSON Lines.
    #[arg(long)]
    pub(crate) json: bool,
    /// Look for local servers and ask every provider again.
    #[arg(long)]
    pub(crate) refresh: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProvidersArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ProvidersCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProvidersCommand {
    /// Lists them with where they and their keys come from; never a key.
    List {
        /// Print them as JSON Lines.
        #[arg(long)]
        json: bool,
    },
    /// Adds one.
    Add(AddProviderArgs),
    /// Asks one for its models and says what came of it; no message is sent.
    Test {
        /// The provider's id.
        id: String,
    },
    /// Removes one that was added, with its key.
    Remove {
        /// The provider's id.
        id: String,
    },
    /// Sets or forgets the key of one. A key is kept encrypted.
    Key(KeyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddProviderArgs {
    /// A name of your choice, which is shown with each answer.
    pub(crate) id: String,
    /// The wire it speaks.
    #[arg(long, required_unless_present = "service", value_parser = KINDS)]
    pub(crate) kind: Option<String>,
    /// Where it is, up to and with the version.
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// A service that is known by name, which brings its kind and address: openrouter, groq, deepseek, mistral, xai,
    /// together, lmstudio, llamacpp or vllm.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// A model to offer; can be given several times. Without it, the service is asked.
    #[arg(long = "model", value_name = "MODEL")]
    pub(crate) models: Vec<String>,
    /// Read its key from standard input.
    #[arg(long)]
    pub(crate) key_stdin: bool,
}

/// The wires of what can be added.
const KINDS: [&str; 6] = ["openai", "openai-responses", "anthropic", "gemini", "ollama", "openai-compatible"];

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The provider's id.
    pub(crate) id: String,
    /// Read the key from standard input; several lines are several keys.
    #[arg(long, required_unless_present = "remove", conflicts_with = "remove")]
    pub(crate) stdin: bool,
    /// Keep the keys that are there, and take these as further ones.
    #[arg(long, requires = "stdin")]
    pub(crate) add: bool,
    /// Forget the key.
    #[arg(long)]
    pub(crate) remove: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The session's id, as `cowork sessions` lists it.
    #[arg(required_unless_present = "all")]
    pub(crate) session: Option<String>,
    /// Writes every session, complete, as a line of JSON each; such a file can be imported.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["session", "format", "output"])]
    pub(crate) all: Option<PathBuf>,
    /// Markdown holds the active branch, for people; JSON holds everything and can be imported.
    #[arg(long, value_enum, default_value_t = ExportFormat::Markdown)]
    pub(crate) format: ExportFormat,
    /// The file to write; standard output without it. An existing file is not replaced.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// For people.
    Markdown,
    /// To import again.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file; - reads standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TextArgs {
    /// The document; what it is, is seen from what it holds.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
