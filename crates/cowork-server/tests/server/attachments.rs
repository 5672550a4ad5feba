//! Attached files over the wire: what is taken, what is refused and when, and what comes out again.

use std::path::Path;

use cowork_contract::AttachmentLimits;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    harness::{TOKEN, TestServer},
    http::{PATIENCE, Request},
};

const BOUNDARY: &str = "a-boundary";

fn part(name: &str, file: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let file =
        file.map(|file| format!("; filename=\"{file}\"\r\ncontent-type: image/png")).unwrap_or_default();
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

fn upload(server: &TestServer, session: &str, body: Vec<u8>) -> Request {
    server
        .request("POST", &format!("/api/sessions/{session}/attachments"))
        .header("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
}

fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
    form(&[part("file", Some(name), bytes)])
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0";

/// Whatever lies in the folder for files on their way.
fn incoming(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("blobs/incoming")).unwrap().count()
}

#[tokio::test]
async fn what_goes_out_says_what_it_is_and_runs_nowhere() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let html = b"<script>alert(1)</script>".as_slice();
    let table: [(&str, &[u8], &str, &str, &str); 3] = [
        ("cat.png", PNG, "image/png", "image/png", "inline; filename=\"cat.png\"; filename*=UTF-8''cat.png"),
        (
            "cat2.png",
            html,
            "text/plain",
            "application/octet-stream",
            "attachment; filename=\"cat2.png\"; filename*=UTF-8''cat2.png",
        ),
        (
            "../x/gr\u{fc}n.html",
            html,
            "text/html",
            "application/octet-stream",
            "attachment; filename=\"gr-n.html\"; filename*=UTF-8''gr%C3%BCn.html",
        ),
    ];
    for (name, bytes, sniffed, sent_as, disposition) in table {
        let taken = upload(&server, &session, file(name, bytes)).send().await;
        assert_eq!(taken.status, 201, "{}", taken.text());
        let attachment = taken.json();
        assert_eq!(attachment["mimeType"], sniffed, "{name} was sent as image/png");
        assert_eq!(attachment["sizeBytes"], bytes.len());
        let uri = attachment["storageUri"].as_str().unwrap();
        let got = server.request("GET", uri).send().await;
        assert_eq!((got.status, got.body.as_slice()), (200, bytes));
        for (header, value) in [
            ("content-type", sent_as),
            ("content-disposition", disposition),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(got.header(header), Some(value), "{name}: {header}");
        }
        server.bare("GET", uri).send().await.problem(401, "unauthorized");
    }
    server.request("GET", "/api/attachments/nothing").send().await.problem(404, "not_found");
}

#[tokio::test]
async fn the_text_of_a_file_is_its_preview() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let attachment = upload(&server, &session, file("a.csv", "größe,7\n".as_bytes())).send().await.json();
    let target = format!("/api/attachments/{}/text", attachment["id"].as_str().unwrap());
    assert_eq!(server.get(&target).await, json!({ "state": "ready", "text": "größe,7\n", "cut": false }));
    let cut = server.get(&format!("{target}?limit=3")).await;
    assert_eq!(cut, json!({ "state": "ready", "text": "grö", "cut": true }));
    server.request("GET", &format!("{target}?limit=0")).send().await.problem(400, "invalid_request");
    let image = upload(&server, &session, file("a.png", PNG)).send().await.json();
    let none = server.get(&format!("/api/attachments/{}/text", image["id"].as_str().unwrap())).await;
    assert_eq!(none["state"], "none");
}

#[tokio::test]
async fn an_upload_can_be_sent_again() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let named =
        |bytes: &[u8]| form(&[part("client_request_id", None, b"one"), part("file", Some("a.txt"), bytes)]);
    let first = upload(&server, &session, named(b"hello")).send().await.json();
    assert_eq!(upload(&server, &session, named(b"hello")).send().await.json(), first);
    upload(&server, &session, named(b"other")).send().await.problem(409, "idempotency_conflict");
    let id = first["id"].as_str().unwrap();
    for _ in 0..2 {
        let gone = server.request("DELETE", &format!("/api/attachments/{id}")).send().await;
        assert_eq!(gone.status, 204, "{}", gone.text());
    }
    server.request("GET", &format!("/api/attachments/{id}")).send().await.problem(404, "not_found");
}

#[tokio::test]
async fn a_file_that_was_sent_stays() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let id = upload(&server, &session, file("a.txt", b"hello")).send().await.json()["id"].clone();
    let chat = format!("/api/sessions/{session}/chat");
    let accepted = server.post(&chat, &json!({ "content": "Look", "attachments": [id] })).await;
    assert_eq!(accepted["userMessage"]["attachments"][0]["name"], "a.txt");
    let target = format!("/api/attachments/{}", id.as_str().unwrap());
    server.request("DELETE", &target).send().await.problem(409, "invalid_state");
    assert_eq!(server.request("GET", &target).send().await.status, 200);
}

#[tokio::test]
async fn forms_that_are_none_are_refused_in_words() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let two = form(&[part("file", Some("a"), b"1"), part("file", Some("b"), b"2")]);
    let refused = |body: Vec<u8>| {
        let request = upload(&server, &session, body);
        async move { request.send().await.problem(400, "invalid_request") }
    };
    assert_eq!(refused(two).await["field"], "file");
    assert_eq!(refused(form(&[part("client_request_id", None, b"x")])).await["field"], "file");
    assert_eq!(refused(form(&[part("client_request_id", None, b"")])).await["field"], "client_request_id");
    assert_eq!(refused(form(&[part("files", Some("a"), b"1")])).await["field"], "files");
    refused(b"--a-boundary\r\nno form".to_vec()).await;
    let json = server.request("POST", &format!("/api/sessions/{session}/attachments")).json(&json!({}));
    json.send().await.problem(415, "unsupported_media_type");
    upload(&server, "nothing", file("a.txt", b"1")).send().await.problem(404, "not_found");
    let settings = server.get("/api/settings").await;
    assert_eq!(settings["attachments"], json!(AttachmentLimits::default()));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_comes_or_while_it_does() {
    let limit = AttachmentLimits::default().file_bytes;
    let server = TestServer::start().await;
    let session = server.session().await;
    let target = format!("/api/sessions/{session}/attachments");
    let head = |length: &str| {
        format!(
            "POST {target} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n",
            server.address
        )
    };
    // It says how much will come and waits for a go-ahead: the refusal comes in its place, and no byte is asked for.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let length =
        format!("content-length: {}\r\nexpect: 100-continue\r\nconnection: close", limit + (1 << 20));
    stream.write_all(head(&length).as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let problem: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&problem["code"], &problem["limit"]), (&json!("attachment_too_large"), &json!(limit)));

    // It does not say: it is cut off once it is too much.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head("transfer-encoding: chunked\r\nconnection: close").as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let endless = tokio::spawn(async move {
        let begin = part("file", Some("endless.bin"), b"");
        let piece = vec![b'x'; 64 << 10];
        let mut sent = 0;
        for piece in std::iter::once(begin).chain(std::iter::repeat(piece)) {
            let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
            if writing.write_all(&chunk).await.is_err() {
                return sent;
            }
            sent += piece.len();
        }
        sent
    });
    let mut answer = Vec::new();
    let read = reading.read_to_end(&mut answer);
    // The connection may be reset with bytes of ours unread; the answer came before.
    let _ = tokio::time::timeout(PATIENCE, read).await.expect("an end");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("attachment_too_large"), "{answer}");
    endless.abort();
    let (folder, _) = server.stop().await;
    assert_eq!(incoming(folder.path()), 0);
}

#[tokio::test]
async fn a_sender_that_goes_away_leaves_nothing() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /api/sessions/{session}/attachments HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: 1000000\r\n\r\n",
        server.address
    );
    let begin = part("file", Some("half.bin"), &[b'x'; 5_000]);
    stream.write_all(&[head.as_bytes(), &begin].concat()).await.unwrap();
    let folder = server.folder().to_owned();
    let until = async |count: usize| {
        tokio::time::timeout(PATIENCE, async {
            while incoming(&folder) != count {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("as many files on their way")
    };
    until(1).await;
    drop(stream);
    until(0).await;
    let after = upload(&server, &session, file("a.txt", b"whole")).send().await;
    assert_eq!(after.status, 201, "the control");
}
