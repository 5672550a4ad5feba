//! What the provider was asked, and how each answer ended.

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

/// One request, as it came. Clones are the same request.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `POST` or `GET`.
    pub method: String,
    /// With the base URL's path: `/v1/chat/completions`.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// `Null` when there was none or it was not JSON.
    pub body: Value,
    /// When its last byte was here.
    pub received_at: Instant,
    pub(crate) end: watch::Receiver<End>,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is still running.
    Running,
    /// The script came to its end.
    Answered,
    /// The client closed the connection before that.
    HungUp,
    /// The script cut the connection, or the provider was stopped.
    Cut,
}

impl Recorded {
    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Role and content of each message that was sent.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        let word = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let messages = self.body["messages"].as_array().into_iter().flatten();
        messages.map(|message| (word(message, "role"), word(message, "content"))).collect()
    }

    /// How it stands now.
    #[must_use]
    pub fn end(&self) -> End {
        *self.end.borrow()
    }

    /// Waits for the end of the answer and says how it came.
    pub async fn ended(&self) -> End {
        let mut end = self.end.clone();
        end.wait_for(|end| *end != End::Running).await.map_or(End::Cut, |end| *end)
    }

    /// Waits for the end of the answer; true when the client closed the connection before it was complete.
    pub async fn hung_up(&self) -> bool {
        self.ended().await == End::HungUp
    }
}
