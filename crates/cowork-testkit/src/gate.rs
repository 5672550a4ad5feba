//! A point in a script that waits for the test.

use std::sync::Arc;

use tokio::sync::watch;

/// Closed until the test opens it; then open for good. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    open: Arc<watch::Sender<bool>>,
    reached: Arc<watch::Sender<bool>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self { open: Arc::new(watch::Sender::new(false)), reached: Arc::new(watch::Sender::new(false)) }
    }

    /// Lets every script that waits here, now or later, go on.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until a script has arrived here: what stands before the gate has been sent.
    pub async fn reached(&self) {
        seen(&self.reached).await;
    }

    /// Waits until it is open.
    pub async fn wait(&self) {
        self.reached.send_replace(true);
        seen(&self.open).await;
    }
}

async fn seen(flag: &watch::Sender<bool>) {
    // The sender lives as long as the borrow, so this ends only when the flag is set.
    let _ = flag.subscribe().wait_for(|set| *set).await;
}
