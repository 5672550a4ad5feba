//! What reads a policy, and what says what is odd about it.
#![no_main]

use cowork_policy::{Command, Host, Policy, Surroundings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Policy::load(text, Surroundings::default()) {
        Ok(policy) => {
            let _ = policy.lint();
            let again = serde_json::to_string(policy.document()).expect("a document can be written");
            let again = Policy::load(&again, Surroundings::default()).expect("what was loaded loads again");
            assert_eq!(policy.version(), again.version());
        }
        Err(fault) => {
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&(fault.line as usize)) && fault.column >= 1, "{fault}");
            assert!(!fault.key.is_empty() && !fault.remedy.is_empty());
        }
    }
    let _ = Host::parse(text);
    if let Command::Words(words) = Command::parse(text) {
        assert!(!words.is_empty());
    }
});
