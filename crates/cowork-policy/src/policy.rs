//! The policy in force: a document, what is so around it, and the version of both.
//!
//! Always true: a policy does not change; another one takes its place, or, when it can't be read, does not. Elsewhere:
//! reading (`document`), judging (`judge`).

use cowork_contract::{PolicyDefaults, PolicyDocument, PolicyFault, Verdict};
use serde_json::json;

use crate::{Surroundings, canonical, condition::Rule, default::DEFAULT, document};

/// A policy, ready to judge.
#[derive(Debug)]
pub struct Policy {
    document: PolicyDocument,
    rules: Vec<Rule>,
    surroundings: Surroundings,
    version: String,
    broken: Option<PolicyFault>,
}

impl Policy {
    /// Reads a document. One fault refuses it whole, so the policy in force stays.
    pub fn load(text: &str, surroundings: Surroundings) -> Result<Self, PolicyFault> {
        let loaded = document::load(text)?;
        Ok(Self::new(loaded.document, loaded.rules, surroundings, None))
    }

    /// The policy at a start: the document, or, when it is at fault, one that denies everything and says why.
    pub fn start(text: &str, surroundings: Surroundings) -> Self {
        Self::load(text, surroundings.clone()).unwrap_or_else(|fault| {
            let document = PolicyDocument {
                version: cowork_contract::POLICY_VERSION.to_owned(),
                defaults: PolicyDefaults { fallback: Verdict::Deny },
                rules: Vec::new(),
            };
            Self::new(document, Vec::new(), surroundings, Some(fault))
        })
    }

    /// Puts a new document in this one's place. When it is at fault, this one stays as it is.
    pub fn replace(&mut self, text: &str) -> Result<(), PolicyFault> {
        *self = Self::load(text, self.surroundings.clone())?;
        Ok(())
    }

    /// The policy of a person who wrote none.
    pub fn standard(surroundings: Surroundings) -> Self {
        Self::start(DEFAULT, surroundings)
    }

    fn new(
        document: PolicyDocument,
        rules: Vec<Rule>,
        surroundings: Surroundings,
        broken: Option<PolicyFault>,
    ) -> Self {
        let version = canonical::hex(&canonical::hash(&json!({
            "document": document,
            "allowedHosts": sorted(surroundings.allowed_hosts.iter().map(ToString::to_string)),
            "providerHosts": sorted(surroundings.provider_hosts.iter().map(ToString::to_string)),
            "broken": broken,
        })));
        Self { document, rules, surroundings, version, broken }
    }

    /// The same document with other surroundings. Its version is another one when its hosts are others.
    #[must_use]
    pub fn with_surroundings(self, surroundings: Surroundings) -> Self {
        Self::new(self.document, self.rules, surroundings, self.broken)
    }

    /// As it was read.
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// A hash over the document and the lists of hosts, in hex: approvals bind to it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Why everything is denied. None: the document was read.
    pub fn broken(&self) -> Option<&PolicyFault> {
        self.broken.as_ref()
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}
