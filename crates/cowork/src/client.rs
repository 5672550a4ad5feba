//! What commands say to a server of this machine, over the same contract as everybody else.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use cowork_contract::{Health, Problem};
use reqwest::{Method, RequestBuilder, Response, header};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    config::Config,
    failure::Failure,
    instance::{Instance, Visibility},
    server_file::ServerFile,
};

/// A server on this machine answers at once or is not one.
const CONNECT: Duration = Duration::from_secs(2);
/// How long to wait for the sign of life of a server that may be gone.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// A server that can be asked.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    token: String,
}

impl Client {
    /// Speaks to the server at `address`.
    pub(crate) fn new(address: SocketAddr, token: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            // A proxy of the environment has no business between us and our own machine.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .build()
            .context("can't set up the HTTP client")?;
        Ok(Self { http, address, token: token.to_owned() })
    }

    /// The server that runs on the data folder. `None`: none answers.
    pub(crate) async fn running(config: &Config) -> anyhow::Result<Option<(Self, ServerFile)>> {
        let Some(file) = ServerFile::read(&config.data_dir.value) else { return Ok(None) };
        let client = Self::new(file.address, &file.token)?;
        let asked = client.get::<Health>("/api/health");
        match tokio::time::timeout(SIGN_OF_LIFE, asked).await {
            Ok(Ok(_)) => Ok(Some((client, file))),
            Ok(Err(_)) | Err(_) => Ok(None),
        }
    }

    /// Where the server is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).bearer_auth(&self.token)
    }

    /// Asks for JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let response = answered(self.request(Method::GET, path)).await?;
        response.json().await.context("the server's answer can't be read")
    }

    /// Asks for text.
    pub(crate) async fn text(&self, path: &str) -> anyhow::Result<String> {
        let response = answered(self.request(Method::GET, path)).await?;
        response.text().await.context("the server's answer can't be read")
    }

    /// Sends a command.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        self.send(Method::POST, path, body).await
    }

    /// Sends a command by another method.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        let response = answered(self.request(method, path).json(body)).await?;
        response.json().await.context("the server's answer can't be read")
    }

    /// Sends a file as it is.
    pub(crate) async fn post_file<T: DeserializeOwned>(
        &self,
        path: &str,
        file: Vec<u8>,
    ) -> anyhow::Result<T> {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(file);
        answered(request).await?.json().await.context("the server's answer can't be read")
    }

    /// Sends a file as a form.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        name: &str,
        bytes: &[u8],
    ) -> anyhow::Result<T> {
        let boundary = format!("cowork-{}", crate::random::token()?);
        // As browsers write names into forms.
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let form = format!("multipart/form-data; boundary={boundary}");
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, form).body(body);
        answered(request).await?.json().await.context("the server's answer can't be read")
    }

    /// Asks for a body that is read piece by piece.
    pub(crate) async fn download(&self, path: &str) -> anyhow::Result<Response> {
        answered(self.request(Method::GET, path)).await
    }

    /// Sends a command and takes events as its answer.
    pub(crate) async fn events(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Response> {
        let request = self.request(Method::POST, path).header(header::ACCEPT, "text/event-stream").json(body);
        answered(request).await
    }
}

/// The answer, or the server's refusal in its own words.
async fn answered(request: RequestBuilder) -> anyhow::Result<Response> {
    let response = request.send().await.context("the server can't be reached")?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    match response.json::<Problem>().await {
        Ok(problem) => Err(anyhow!(problem.detail)),
        Err(_) => bail!("the server answered {status}"),
    }
}

/// A server to ask: the one that runs, or one of our own for as long as the command takes.
pub(crate) struct Connection {
    pub(crate) client: Client,
    own: Option<Instance>,
}

impl Connection {
    /// Finds the server that runs on the data folder, or starts a private one.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        if let Some((client, _)) = Client::running(config).await? {
            return Ok(Self { client, own: None });
        }
        let own = Instance::start(config, Visibility::Private).await?;
        let client = Client::new(own.address(), &own.token)?;
        Ok(Self { client, own: Some(own) })
    }

    /// Ends a server of our own cleanly.
    pub(crate) async fn close(self) {
        drop(self.client);
        if let Some(own) = self.own {
            own.stop().await;
        }
    }
}
