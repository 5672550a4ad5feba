//! The model: answers each question with a text that follows from it, and can be told to wait before its first word.

use std::sync::{Arc, Mutex};

use cowork_testkit::{Gate, Recorded, Script, ScriptedProvider, Step, reply};

/// Pieces of one answer.
const PIECES: usize = 60;

/// What a question is answered with.
pub(crate) fn answer_to(question: &str) -> String {
    let numbers: String = (0..PIECES).map(|number| format!("{number} ")).collect();
    format!("{question}: {numbers}")
}

/// The scripted provider of the kill loop.
pub(crate) struct Scripted {
    provider: ScriptedProvider,
    gate: Arc<Mutex<Gate>>,
}

impl Scripted {
    pub(crate) async fn start() -> Self {
        let provider = ScriptedProvider::start().await;
        let gate = Gate::new();
        gate.open();
        let gate = Arc::new(Mutex::new(gate));
        let gates = Arc::clone(&gate);
        provider.when(move |asked| Some(script(asked, &gates.lock().unwrap())));
        Self { provider, gate }
    }

    pub(crate) fn base_url(&self) -> String {
        self.provider.base_url()
    }

    /// Answers to later questions wait before their first word.
    pub(crate) fn hold(&self) {
        *self.gate.lock().unwrap() = Gate::new();
    }

    /// They wait no longer.
    pub(crate) fn let_go(&self) {
        self.gate.lock().unwrap().open();
    }
}

fn script(asked: &Recorded, gate: &Gate) -> Script {
    // Questions without an answer in between are joined on their way; the last one is what is asked.
    let last = asked.messages().pop().unwrap_or_default().1;
    let question = last.rsplit("\n\n").next().unwrap_or_default();
    let mut reply = reply().step(Step::Wait(gate.clone())).at_rate(500.0).text(&format!("{question}: "));
    for number in 0..PIECES {
        reply = reply.text(&format!("{number} "));
    }
    reply.finish("stop").usage(10, 60).done().into()
}
