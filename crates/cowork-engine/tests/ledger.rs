//! What calls took is on record for good; a session is named by a call of its own where that is wanted.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{EventBody, MessageStatus};
use cowork_store::{LedgerKey, LedgerQuery};
use cowork_testkit::{refuse, reply};
use serde_json::json;
use support::{MODEL, PROVIDER, TestCowork, command, says};

#[tokio::test]
async fn every_call_is_entered_and_outlives_its_session() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(reply().text("four").finish("stop").usage(10, 4).done());
    let answer = cowork.ask(&session, "2 + 2?").await;
    cowork.provider.push(refuse(401, "invalid_api_key", "no"));
    cowork.ask(&session, "and now?").await;

    let calls = cowork.reader.calls(&answer.id).await.unwrap();
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    let entry = &call.entry;
    assert_eq!((entry.provider_id.as_str(), entry.model_id.as_str()), (PROVIDER, MODEL));
    assert_eq!((call.purpose.as_str(), entry.attempt, entry.code.as_deref()), ("chat", 1, None));
    assert_eq!((entry.input_tokens, entry.output_tokens), (Some(10), Some(4)));
    assert_eq!(entry.cost_micro_usd, None, "no price is known, and none is made up");
    assert!(entry.ttft_ms.is_some() && entry.total_ms >= entry.ttft_ms.unwrap());

    cowork.engine.delete_session(&session, None).await.unwrap();
    cowork.writer.purge(i64::MAX).await.unwrap();
    for key in [LedgerKey::Model, LedgerKey::Session, LedgerKey::Day] {
        let sums = cowork.reader.ledger(key, &LedgerQuery::default()).await.unwrap();
        let [sum] = sums.as_slice() else { panic!("{sums:?}") };
        assert_eq!((sum.calls, sum.failures, sum.input_tokens, sum.output_tokens), (2, 1, 10, 4));
        assert_eq!((sum.unpriced, sum.cost_micro_usd, sum.ttft_ms.len()), (1, 0, 1));
    }
    let other = LedgerQuery { until: Some(1), ..LedgerQuery::default() };
    assert!(cowork.reader.ledger(LedgerKey::Model, &other).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_is_named_by_a_call_of_its_own_only_where_that_is_wanted() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("first"));
    cowork.ask(&session, "A question about leases").await;
    assert_eq!(cowork.provider.requests().len(), 1, "not asked for");

    cowork.engine.update_settings(command(json!({ "titleByModel": true }))).await.unwrap();
    let session = cowork.session().await;
    cowork.provider.push(says("first"));
    cowork.provider.push(says("\"Lease renewal race.\""));
    let answer = cowork.ask(&session, "A question about leases").await;
    assert_eq!(answer.status, MessageStatus::Done);
    let named = cowork.provider.request(2).await;
    assert!(named.body["messages"][1]["content"].as_str().unwrap().contains("A question about leases"));
    let mut follow = cowork.reader.follow(cowork_store::Scope::Session(session.clone()), Some(0)).unwrap();
    let named = async {
        while cowork.session_now(&session).await.title != "Lease renewal race" {
            follow.next().await.unwrap();
        }
    };
    tokio::time::timeout(support::PATIENCE, named).await.expect("a title in time");
    let calls = cowork.reader.calls(&answer.id).await.unwrap();
    assert_eq!(calls.iter().map(|call| call.purpose.as_str()).collect::<Vec<_>>(), ["chat", "title"]);
    let told = cowork.events(&session, 0).await;
    let titles = told.iter().filter(|event| matches!(&event.body, EventBody::SessionUpdated(state) if state.session.title == "Lease renewal race"));
    assert_eq!(titles.count(), 1);

    // Later answers name nothing, and neither does one in a session that a person named.
    cowork.provider.push(says("second"));
    cowork.ask(&session, "more").await;
    let by_hand = cowork.session().await;
    cowork.engine.update_session(&by_hand, command(json!({ "title": "Mine" }))).await.unwrap();
    cowork.provider.push(says("third"));
    cowork.ask(&by_hand, "again").await;
    cowork.provider.push(says("fourth"));
    cowork.ask(&by_hand, "and again").await;
    assert_eq!(cowork.provider.requests().len(), 6);
}
