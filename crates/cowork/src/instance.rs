//! One Cowork in this process: the data folder, the engine and the server, put together and taken apart.
//!
//! Always true: when [`Instance::stop`] returns, running answers are marked, everything is on disk, and the data
//! folder is free for the next one.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context as _;
use cowork_documents::TextExtractor;
use cowork_engine::{Engine, EngineOptions};
use cowork_server::{Limits, Running, ServeError, ServerOptions};
use cowork_store::{OpenOptions, Reader, WriterTask};
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{config::Config, failure::Failure, random, server_file::ServerFile};

/// For answers that run to be stopped and written.
const ENGINE_GRACE: Duration = Duration::from_millis(2500);
/// For connections to end after that. Together they stay below the five seconds that supervisors are promised.
const SERVER_GRACE: Duration = Duration::from_millis(1000);

/// Whether others are to find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// At the configured address, with a `server.json`.
    Announced,
    /// On any port, for this one command.
    Private,
}

/// One Cowork in this process.
pub(crate) struct Instance {
    server: Running,
    engine: Engine,
    reader: Reader,
    writer: WriterTask,
    stop: CancellationToken,
    announced: Option<(ServerFile, PathBuf)>,
    /// A bearer token for this process's own requests.
    pub(crate) token: String,
}

impl Instance {
    /// Opens the data folder, takes up what the last run left, and listens.
    pub(crate) async fn start(config: &Config, visibility: Visibility) -> Result<Self, Failure> {
        let registry = config.registry()?;
        let token = random::token()?;
        let opened = cowork_store::open(OpenOptions::new(&config.data_dir.value)).await.context_free()?;
        let (reader, writer) = (opened.reader, opened.task);
        // A command is over soon: what it started of the queue, it would cut short.
        let documents = TextExtractor::of_this_program()
            .inspect_err(|error| tracing::warn!(%error, "attached documents can't be read as text"));
        let engine_options = EngineOptions {
            resume: visibility == Visibility::Announced,
            documents: documents.ok(),
            ..config.engine_options()
        };
        let engine = Engine::start((opened.writer, reader.clone(), opened.blobs), registry, engine_options)
            .await
            .context("can't take up where the last run ended")?;
        let stop = CancellationToken::new();
        let options = options(config, visibility, &token);
        let server = match cowork_server::serve(options, engine.clone(), reader.clone(), stop.clone()).await {
            Ok(server) => server,
            Err(fault) => {
                engine.shutdown(ENGINE_GRACE).await;
                drop(engine);
                reader.close().await;
                writer.stop().await;
                return Err(refused(fault));
            }
        };
        let mut instance = Self { server, engine, reader, writer, stop, announced: None, token };
        if visibility == Visibility::Announced {
            instance.announce(config.data_dir.value.clone())?;
        }
        Ok(instance)
    }

    fn announce(&mut self, data_dir: PathBuf) -> Result<(), Failure> {
        let file = ServerFile {
            pid: std::process::id(),
            address: self.address(),
            token: self.token.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        file.write(&data_dir).context("can't write server.json into the data folder")?;
        self.announced = Some((file, data_dir));
        Ok(())
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A fresh start code.
    pub(crate) fn start_code(&self) -> Result<String, Failure> {
        Ok(self.server.start_code().context_free()?.code)
    }

    /// Ends it cleanly, within the graces.
    pub(crate) async fn stop(self) {
        info!("stopping");
        if let Some((file, data_dir)) = &self.announced {
            file.remove(data_dir);
        }
        // Answers are stopped and the log is closed while streams still run: each ends once it has carried all of it.
        self.engine.shutdown(ENGINE_GRACE).await;
        self.writer.stop().await;
        self.stop.cancel();
        self.server.finished().await;
        drop(self.engine);
        self.reader.close().await;
        info!("stopped");
    }
}

fn options(config: &Config, visibility: Visibility, token: &str) -> ServerOptions {
    let limits = Limits { grace: SERVER_GRACE, ..Limits::default() };
    let private = ServerOptions { command_token: Some(token.to_owned()), limits, ..ServerOptions::default() };
    match visibility {
        Visibility::Private => private,
        Visibility::Announced => ServerOptions {
            host: config.host.value.clone(),
            port: config.port.value,
            fixed_token: config.token.as_ref().map(|token| token.value.expose_secret().to_owned()),
            ..private
        },
    }
}

fn refused(fault: ServeError) -> Failure {
    match fault {
        ServeError::NotLoopback { .. } => Failure::Usage(fault.into()),
        other => Failure::Failed(other.into()),
    }
}

/// Errors whose own words say it all.
trait ContextFree<T> {
    fn context_free(self) -> Result<T, Failure>;
}

impl<T, E: std::error::Error + Send + Sync + 'static> ContextFree<T> for Result<T, E> {
    fn context_free(self) -> Result<T, Failure> {
        self.map_err(|error| Failure::Failed(error.into()))
    }
}
