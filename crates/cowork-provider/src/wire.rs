//! What one wire has to say for itself: how a question is written, how an answer is read, how models are listed.
//!
//! A module per wire implements [`Wire`], without a network. Elsewhere: sending (`http`), one answer on its way
//! (`stream`), what all answers have in common (`decode`).

use std::fmt;

use futures_util::future::BoxFuture;

use crate::decode::Decode;
use crate::http::Link;
use crate::{Failure, Limits, ModelInfo, ModelRequest, Parameters};

/// One format of questions and answers.
pub(crate) trait Wire: Send + Sync + fmt::Debug {
    /// Writes a question.
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing>;

    /// Reads one answer to it.
    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode>;

    /// Whether to write this question once more, differently, after this refusal of it.
    fn ask_otherwise(&self, _request: &ModelRequest, _refusal: &Failure) -> bool {
        false
    }

    /// Asks the service which models it has.
    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>>;
}

/// A question as it is sent, by POST.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Below the base URL, with its query.
    pub(crate) path: String,
    /// JSON.
    pub(crate) body: Vec<u8>,
    /// Those that stand in the body.
    pub(crate) parameters: Parameters,
}

/// How a service wants to be shown its key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Auth {
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// The key alone in a header of this name.
    Header(&'static str),
}

/// How a kind of service is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    /// Its address, where it has one of its own.
    pub(crate) base_url: Option<&'static str>,
    pub(crate) auth: Auth,
    /// Headers that every request carries.
    pub(crate) headers: &'static [(&'static str, &'static str)],
}
