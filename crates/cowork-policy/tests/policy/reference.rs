//! What the language means, once more and as short as it can be said: over the JSON of rules and things in plain words,
//! without any code of the crate.

use cowork_contract::Verdict;
use serde_json::Value;

use Verdict::{Allow, AllowWithConfirm, Deny};

/// Something that a call touches, with all that the reference must be told of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thing {
    pub(crate) action: &'static str,
    /// Where it lies and where it goes, beneath `/home/ada/project`.
    pub(crate) paths: Vec<&'static str>,
    pub(crate) size: Option<u64>,
    /// The host, and whether it is on the list.
    pub(crate) host: Option<(&'static str, bool)>,
    pub(crate) in_scope: Option<bool>,
    /// The command as it is typed, its words (none for a shell's), and whether they say what it does.
    pub(crate) command: Option<(&'static str, &'static [&'static str], bool)>,
    /// Denied before any rule.
    pub(crate) hopeless: bool,
}

#[derive(Debug)]
pub(crate) struct Around {
    pub(crate) tool: &'static str,
    pub(crate) tainted: bool,
    pub(crate) staged: bool,
}

pub(crate) fn verdict(rules: &[Value], fallback: Verdict, thing: &Thing, around: &Around) -> Verdict {
    let closed = thing.paths.iter().any(|path| is_secret(path));
    let mut found = (!thing.hopeless).then_some(if closed { Deny } else { fallback });
    let mut doubts = false; // a rule that knows commands by words is what the answer rests on
    for rule in rules.iter().filter(|_| !thing.hopeless) {
        let decision: Verdict = serde_json::from_value(rule["decision"].clone()).unwrap();
        let by_words = rule["when"].get("commandMatches").is_some();
        if holds(rule, decision == Deny, thing, around) && (!closed || decision == Deny || names(rule, thing))
        {
            found = Some(decision);
            doubts = if by_words { !spells_out(rule, thing) } else { doubts };
            break;
        }
        doubts |= by_words && decision != Allow;
    }
    let outward = thing.paths.is_empty() && !thing.action.is_empty();
    let unseen = thing.command.is_some_and(|(_, _, inspectable)| !inspectable);
    let directly = thing.action == "file.read" || thing.paths.iter().any(|path| path.starts_with("out/"));
    match found.unwrap_or(Deny) {
        Allow if outward && (around.tainted || unseen && doubts) => AllowWithConfirm,
        AllowWithConfirm if around.staged && !outward && !thing.action.is_empty() && !directly => Allow,
        verdict => verdict,
    }
}

fn holds(rule: &Value, denies: bool, thing: &Thing, around: &Around) -> bool {
    let paths = |test: &dyn Fn(&str) -> bool| {
        let mut paths = thing.paths.iter();
        if denies {
            paths.any(|path| test(path))
        } else {
            !thing.paths.is_empty() && paths.all(|path| test(path))
        }
    };
    let group = rule["action"].as_str().unwrap();
    let about = group == "*"
        || group == thing.action
        || group.strip_suffix('*').is_some_and(|start| thing.action.starts_with(start));
    about
        && rule["when"].as_object().unwrap().iter().all(|(condition, value)| match condition.as_str() {
            "pathWithinGrant" => paths(&|_| value == true),
            "pathWithinOutputRoot" => paths(&|path| value == path.starts_with("out/")),
            "matchesPattern" => paths(&|path| any(value, |pattern| means(pattern, path, denies))),
            "fileSizeGreaterThan" => {
                !thing.paths.is_empty()
                    && match thing.size {
                        Some(size) => size > value.as_u64().unwrap(),
                        None => rule["decision"] != "allow",
                    }
            }
            "hostInAllowlist" => thing.host.is_some_and(|(_, listed)| value == listed),
            "connectorScopeAllowed" => thing.in_scope.is_some_and(|inside| value == inside),
            "taskTainted" => value == around.tainted,
            "toolName" => any(value, |name| name == around.tool),
            "commandMatches" => prefixes(value).iter().any(|prefix| begins(prefix, thing, denies)),
            other => panic!("{other}"),
        })
}

fn any(list: &Value, test: impl Fn(&str) -> bool) -> bool {
    list.as_array().unwrap().iter().any(|value| test(value.as_str().unwrap()))
}

fn prefixes(list: &Value) -> Vec<Vec<&str>> {
    let values = list.as_array().unwrap().iter();
    values
        .map(|prefix| prefix.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect())
        .collect()
}

fn begins(prefix: &[&str], thing: &Thing, denies: bool) -> bool {
    let words = thing.command.map_or(&[][..], |(_, words, _)| words);
    let first = words
        .first()
        .is_some_and(|word| *word == prefix[0] || denies && word.rsplit('/').next() == Some(prefix[0]));
    first && words[1..].starts_with(&prefix[1..])
}

fn spells_out(rule: &Value, thing: &Thing) -> bool {
    prefixes(&rule["when"]["commandMatches"])
        .iter()
        .any(|prefix| thing.command.is_some_and(|(_, words, _)| words == prefix))
}

/// Whether each secret path is meant by a pattern that is written like a secret.
fn names(rule: &Value, thing: &Thing) -> bool {
    thing.paths.iter().filter(|path| is_secret(path)).all(|path| {
        rule["when"].get("matchesPattern").is_some_and(|patterns| {
            any(patterns, |pattern| is_secret(pattern) && means(pattern, path, rule["decision"] == "deny"))
        })
    })
}

pub(crate) fn is_secret(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with(".env") || name == "secrets")
}

fn means(pattern: &str, path: &str, alike: bool) -> bool {
    let whole = format!("/home/ada/project/{path}");
    let (pattern, path) = match pattern.contains('/') {
        true if pattern.starts_with('/') => (pattern.to_owned(), whole.as_str()),
        true => (pattern.to_owned(), path),
        false => (format!("**/{pattern}"), path),
    };
    let lower = |text: &str| text.to_lowercase().replace('\u{ff41}', "a");
    glob(&pattern, path) || alike && glob(&lower(&pattern), &lower(path))
}

/// `*`, `**`, `?`, text, and the one class and the one choice that the tests use.
fn glob(pattern: &str, text: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**/") {
        let deeper = text
            .char_indices()
            .filter(|(_, character)| *character == '/')
            .any(|(at, _)| glob(rest, &text[at + 1..]));
        return glob(rest, text) || deeper;
    }
    if pattern == "**" {
        return true;
    }
    if let Some(rest) = pattern.strip_prefix("[!b]") {
        return text
            .chars()
            .next()
            .is_some_and(|next| !"b/".contains(next) && glob(rest, &text[next.len_utf8()..]));
    }
    if let Some(rest) = pattern.strip_prefix("{docs,out}") {
        return ["docs", "out"].iter().any(|folder| glob(&format!("{folder}{rest}"), text));
    }
    let mut rest = pattern.chars();
    match (rest.next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), None) => glob(rest.as_str(), text),
        (Some('*'), Some('/')) => glob(rest.as_str(), text),
        (Some('*'), Some(next)) => glob(rest.as_str(), text) || glob(pattern, &text[next.len_utf8()..]),
        (Some(wanted), Some(next)) => {
            (wanted == next || wanted == '?' && next != '/') && glob(rest.as_str(), &text[next.len_utf8()..])
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}
