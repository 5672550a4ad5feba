//! The way to one service over HTTP: sending, timeouts, refusals, and failures in words without secrets.
//!
//! Start at [`Link`]. Always true: the key stands in one header value that is marked as sensitive and in nothing
//! that is printed; redirects are not followed, for they would carry the key elsewhere; no body is read without a cap.
//! Elsewhere: what is sent and what the answer means (a module per wire), what a refusal means (`classify`).

use std::cmp::Reverse;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::FutureExt;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::classify::{self, Said};
use crate::config::hint;
use crate::wire::{Access, Auth};
use crate::{
    ConfigError, Failure, FailureKind, KeyState, KeyUse, Limits, Parameters, ProviderConfig, Timeouts,
};

/// A refusal that trickles in is not waited for any longer.
const REFUSAL_WAIT: Duration = Duration::from_secs(5);
/// A document, unlike an answer, is ready when it is asked for.
const DOCUMENT_WAIT: Duration = Duration::from_secs(30);
/// Longer than this nobody waits; also keeps a nonsense header from overflowing a clock.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// Characters of a service's own message that are shown.
const SHOWN: usize = 300;

/// One service, ready to be asked.
pub(crate) struct Link {
    who: String,
    base: Url,
    /// What every request carries.
    headers: HeaderMap,
    keys: Vec<Key>,
    /// The one that the service took last.
    current: AtomicUsize,
    key_remedy: Option<String>,
    timeouts: Timeouts,
    limits: Limits,
    /// Made at the first use: loading the system's certificates takes longer than a start should.
    client: OnceLock<Client>,
}

/// A key, and the header in which it travels, which is marked as sensitive.
struct Key {
    name: HeaderName,
    value: HeaderValue,
    secret: SecretString,
    /// How the service met it last: one of the numbers below.
    met: AtomicU8,
}

const TAKEN: u8 = 0;
const REFUSED: u8 = 1;
const LIMITED: u8 = 2;

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("who", &self.who).field("place", &self.place()).finish_non_exhaustive()
    }
}

/// An accepted answer whose body is being read. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct Reply {
    response: Response,
    /// The service's own name for the call.
    pub(crate) request_id: Option<String>,
}

/// Why there are no more bytes although the body has not ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lost {
    /// None came in time.
    Silent,
    /// The connection broke.
    Broken,
}

impl Reply {
    /// An answer without a connection.
    #[cfg(test)]
    pub(crate) fn of(response: http::Response<reqwest::Body>) -> Self {
        Self { response: response.into(), request_id: None }
    }

    /// The next bytes of the body, `None` at its clean end.
    pub(crate) async fn bytes(&mut self, deadline: Instant) -> Result<Option<Bytes>, Lost> {
        match timeout_at(deadline, self.response.chunk()).await {
            Err(_) => Err(Lost::Silent),
            Ok(arrived) => arrived.map_err(|_| Lost::Broken),
        }
    }

    /// The same without waiting; `None` when nothing is here yet.
    pub(crate) fn bytes_now(&mut self) -> Option<Result<Option<Bytes>, Lost>> {
        Some(self.response.chunk().now_or_never()?.map_err(|_| Lost::Broken))
    }
}

impl Link {
    /// Checks the configuration; `access` says how services of the kind are reached.
    pub(crate) fn new(config: &ProviderConfig, access: Access) -> Result<Self, ConfigError> {
        let id = || config.id.clone();
        let Some(base) = config.base_url.as_deref().or(access.base_url) else {
            return Err(ConfigError::NoBaseUrl { id: id() });
        };
        let base = parse_base(base).map_err(|why| ConfigError::BaseUrl { id: id(), why })?;
        let mut headers = HeaderMap::new();
        for (name, value) in access.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let key = |key: &str| {
            let (name, text) = match access.auth {
                Auth::Bearer => (AUTHORIZATION, format!("Bearer {key}")),
                Auth::Header(name) => (HeaderName::from_static(name), key.to_owned()),
            };
            let mut value = HeaderValue::from_str(&text).map_err(|_| ConfigError::Key { id: id() })?;
            value.set_sensitive(true);
            Ok(Key { name, value, secret: SecretString::from(key), met: AtomicU8::new(TAKEN) })
        };
        Ok(Self {
            who: id(),
            base,
            headers,
            keys: config.keys().map(key).collect::<Result<_, _>>()?,
            current: AtomicUsize::new(0),
            key_remedy: config.key_remedy.clone(),
            timeouts: config.timeouts,
            limits: config.limits,
            client: OnceLock::new(),
        })
    }

    /// Its keys in their order, and how the service met each of them last.
    pub(crate) fn keys(&self) -> Vec<KeyUse> {
        let current = self.current.load(Ordering::Relaxed);
        let state = |index: usize, key: &Key| match key.met.load(Ordering::Relaxed) {
            REFUSED => KeyState::Refused,
            LIMITED => KeyState::Limited,
            _ if index == current => KeyState::InUse,
            _ => KeyState::Spare,
        };
        let view = |(index, key): (usize, &Key)| KeyUse {
            hint: hint(key.secret.expose_secret()),
            state: state(index, key),
        };
        self.keys.iter().enumerate().map(view).collect()
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Sends a JSON body and waits for an answer that is not a refusal.
    pub(crate) async fn post(&self, path: &str, body: Vec<u8>, deadline: Instant) -> Result<Reply, Failure> {
        let request = self.request(Method::POST, path)?.header(CONTENT_TYPE, "application/json");
        self.send(request.header(ACCEPT, "text/event-stream").body(Bytes::from(body)), deadline).await
    }

    /// Asks for a JSON document.
    pub(crate) async fn get_json(&self, path: &str) -> Result<Value, Failure> {
        self.document(self.request(Method::GET, path)?).await
    }

    /// Sends a JSON document and asks for another one.
    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = self.request(Method::POST, path)?.header(CONTENT_TYPE, "application/json");
        self.document(request.body(body.to_string())).await
    }

    async fn document(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let deadline = Instant::now() + self.timeouts.first_byte.min(DOCUMENT_WAIT);
        let mut reply = self.send(request.header(ACCEPT, "application/json"), deadline).await?;
        let mut body = Vec::new();
        while let Some(bytes) = reply.bytes(deadline).await.map_err(|lost| self.lost(lost))? {
            if body.len() + bytes.len() > self.limits.list_bytes {
                return Err(self.failure(FailureKind::TooLarge));
            }
            body.extend_from_slice(&bytes);
        }
        serde_json::from_slice(&body).map_err(|_| self.garbage("the answer is not JSON"))
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let mut url = self.base.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        if query.is_some() {
            url.set_query(query);
        }
        Ok(self.client()?.request(method, url).headers(self.headers.clone()))
    }

    fn client(&self) -> Result<&Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        crate::install_tls();
        let mut builder = Client::builder()
            .user_agent(concat!("cowork/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(self.timeouts.connect)
            .pool_idle_timeout(Duration::from_secs(30));
        if is_loopback(&self.base) {
            // A proxy of the system leads away from this machine.
            builder = builder.no_proxy();
            if self.base.scheme() == "http" {
                // Without TLS no certificate is looked at: spare loading the system's.
                builder = builder.tls_certs_only([]);
            }
        }
        let client = builder.build().map_err(|error| {
            let cause = root_cause(&error.without_url());
            self.failure_with(FailureKind::Unreachable, &format!("no HTTP client: {cause}"))
        })?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Sends a request, with one key after the other as long as the service refuses the key or has enough of it; with
    /// each of them once, beginning with the one that it took last.
    async fn send(&self, request: RequestBuilder, deadline: Instant) -> Result<Reply, Failure> {
        let first = self.current.load(Ordering::Relaxed);
        let mut refusal: Option<Failure> = None;
        for turn in 0..self.keys.len() {
            let index = (first + turn) % self.keys.len();
            // What can't be sent twice has no copy; bodies here are bytes and always have one.
            let (Some(key), Some(copy)) = (self.keys.get(index), request.try_clone()) else { break };
            match self.send_once(copy.header(key.name.clone(), key.value.clone()), deadline).await {
                Ok(reply) => {
                    self.current.store(index, Ordering::Relaxed);
                    key.met.store(TAKEN, Ordering::Relaxed);
                    return Ok(reply);
                }
                Err(failure) if failure.kind == FailureKind::Auth || failure.status == Some(429) => {
                    tracing::debug!(provider = self.who, status = failure.status, "the key was refused");
                    let met = if failure.kind == FailureKind::Auth { REFUSED } else { LIMITED };
                    key.met.store(met, Ordering::Relaxed);
                    // A key that may work later says more than one that never does.
                    if refusal.as_ref().is_none_or(|first| first.kind == FailureKind::Auth) {
                        refusal = Some(failure);
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
        match refusal {
            Some(refusal) => Err(refusal),
            None => self.send_once(request, deadline).await,
        }
    }

    async fn send_once(&self, request: RequestBuilder, deadline: Instant) -> Result<Reply, Failure> {
        let response = match timeout_at(deadline, request.send()).await {
            Err(_) => return Err(self.failure(FailureKind::Timeout)),
            Ok(Err(error)) => return Err(self.unsent(error.without_url())),
            Ok(Ok(response)) => response,
        };
        let request_id = self.request_id(response.headers());
        tracing::debug!(
            provider = self.who,
            status = response.status().as_u16(),
            request_id,
            "provider answered"
        );
        if response.status().is_success() {
            return Ok(Reply { response, request_id });
        }
        Err(self.refusal(response, request_id).await)
    }

    /// Reads why the service refused.
    async fn refusal(&self, mut response: Response, request_id: Option<String>) -> Failure {
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let mut body = Vec::new();
        let deadline = Instant::now() + REFUSAL_WAIT;
        while let Ok(Ok(Some(bytes))) = timeout_at(deadline, response.chunk()).await {
            let room = self.limits.error_bytes - body.len();
            body.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() >= room {
                break;
            }
        }
        let mut failure = if status.is_redirection() {
            let advice = "it answers with a redirect, which is not followed because it would carry the key \
                          elsewhere: set base_url to the address it leads to";
            self.failure_with(FailureKind::BadRequest, advice)
        } else {
            self.said(Some(status.as_u16()), &said(&body))
        };
        failure.status = Some(status.as_u16());
        failure.retry_after = retry_after.or(failure.retry_after);
        failure.request_id = request_id;
        failure
    }

    /// A failure in the words of the kind alone.
    pub(crate) fn failure(&self, kind: FailureKind) -> Failure {
        Failure::new(kind, self.sentence(kind))
    }

    fn sentence(&self, kind: FailureKind) -> String {
        classify::sentence(kind, &self.who, self.key_remedy.as_deref())
    }

    /// A failure with one more thing that is known about its cause.
    fn failure_with(&self, kind: FailureKind, cause: &str) -> Failure {
        Failure::new(kind, format!("{} (Cause: {}.)", self.sentence(kind), self.clean(cause)))
    }

    /// An answer that could not be understood.
    pub(crate) fn garbage(&self, why: &str) -> Failure {
        self.failure_with(FailureKind::Garbage, why)
    }

    /// A failure that the service itself reported.
    pub(crate) fn said(&self, status: Option<u16>, said: &Said) -> Failure {
        let kind = classify::kind(status, said);
        let message = self.clean(&said.message);
        // A complaint about the key may quote it in part.
        let failure = if message.is_empty() || kind == FailureKind::Auth {
            self.failure(kind)
        } else {
            Failure::new(kind, format!("{} It said: \"{message}\"", self.sentence(kind)))
        };
        Failure { retry_after: said.wait.map(|wait| wait.min(LONGEST_RETRY_AFTER)), ..failure }
    }

    /// A refusal of a question that was asked with these.
    pub(crate) fn explained(&self, parameters: &Parameters, failure: Failure) -> Failure {
        parameters.explain(&self.who, failure)
    }

    /// A body that stopped before its end.
    pub(crate) fn lost(&self, lost: Lost) -> Failure {
        self.failure(match lost {
            Lost::Silent => FailureKind::Timeout,
            Lost::Broken => FailureKind::Truncated,
        })
    }

    /// A request that got no answer.
    fn unsent(&self, error: reqwest::Error) -> Failure {
        let place = self.place();
        let cause = if error.is_timeout() {
            format!("no connection to {place} within {} s", self.timeouts.connect.as_secs_f64())
        } else if error.is_connect() {
            format!("no connection to {place}: {}", root_cause(&error))
        } else {
            format!("{place} closed the connection before it answered")
        };
        self.failure_with(FailureKind::Unreachable, &cause)
    }

    /// Host and port, which hold no secret.
    fn place(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let value = ["x-request-id", "request-id"].iter().find_map(|name| headers.get(*name))?;
        let id = self.clean(value.to_str().ok()?);
        (!id.is_empty() && id.len() <= 200).then_some(id)
    }

    /// Foreign text made fit to be shown: without the key, on one line, short.
    fn clean(&self, text: &str) -> String {
        let mut secrets: Vec<&str> = self.keys.iter().map(|key| key.secret.expose_secret()).collect();
        // One may begin as another does: what is left of it would be shown.
        secrets.sort_unstable_by_key(|secret| Reverse(secret.len()));
        let text = secrets.into_iter().fold(text.to_owned(), |text, secret| text.replace(secret, "[key]"));
        let line = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
        let line = line.collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

fn parse_base(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim()).map_err(|_| "write it like \"http://127.0.0.1:8080/v1\"")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("it must begin with http:// or https:// and name a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not hold a user name or password: use api_key_env");
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What a refusal's body says; a web page says nothing.
fn said(body: &[u8]) -> Said {
    if let Some(said) = serde_json::from_slice(body).ok().as_ref().and_then(Said::read) {
        return said;
    }
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('<') { Said::default() } else { Said::only(text) }
}

/// The innermost cause, which says what happened instead of where.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// How long to wait, in either form of the header; also the variant in milliseconds that some services send.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    let exact = text("retry-after-ms").and_then(number).map(|ms| ms / 1000.0);
    let seconds = exact.or_else(|| text("retry-after").and_then(number));
    let wait = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_RETRY_AFTER),
        None => {
            let date = httpdate::parse_http_date(text("retry-after")?).ok()?;
            date.duration_since(SystemTime::now()).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}
