//! Downloads against a server of this process: what goes well, what goes wrong, and what is left behind.
#![cfg(feature = "fetch")]
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use kibana_codegen::Failure;
use kibana_codegen::fetch::{Cache, Fetcher, Lock, Outcome, Patience, Wanted};
use tempfile::TempDir;

const SPEC: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";

/// What the server does with one request.
enum Answer {
    /// Sends this and closes.
    Say(String),
    /// Sends this and says no more, but stays.
    Stall(String),
}

/// Answers one request after the other; tells the head of each.
fn serve(answers: Vec<Answer>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        let mut open = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = sender.send(head(&mut stream));
            let (Answer::Say(text) | Answer::Stall(text)) = &answer;
            let _ = stream.write_all(text.as_bytes());
            if matches!(answer, Answer::Stall(_)) {
                open.push(stream);
            }
        }
        // Without listener nobody connects any more; those who wait are kept waiting.
        drop(listener);
        if !open.is_empty() {
            thread::park();
        }
    });
    (url, requests)
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

fn answer(status: &str, headers: &str, length: usize, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn ok(body: &str) -> Answer {
    Answer::Say(answer("200 OK", "", body.len(), body))
}

fn status(status: &str) -> Answer {
    Answer::Say(answer(status, "", 0, ""))
}

/// The first ten bytes of the document, and then nothing.
fn broken() -> String {
    answer("200 OK", "ETag: \"one\"\r\n", SPEC.len(), &SPEC[..10])
}

fn fetcher(dir: &TempDir, mirror: &str) -> Fetcher {
    Fetcher {
        cache: Cache::new(dir.path().join("cache")),
        lock: dir.path().join("kibana.lock"),
        mirror: Some(mirror.to_string()),
        patience: Patience {
            timeout: Duration::from_millis(300),
            delay: Duration::from_millis(1),
            tries: 3,
        },
        program: "kibana-codegen".to_string(),
    }
}

fn fetch(fetcher: &Fetcher, what: &str) -> Result<Outcome, Failure> {
    fetcher.fetch(&Wanted::parse(what).unwrap(), false, &mut |_, _| {})
}

/// Fetches 9.2.0 from a server that answers so.
fn fetch_from(dir: &TempDir, answers: Vec<Answer>) -> Result<Outcome, Failure> {
    let (url, _requests) = serve(answers);
    fetch(&fetcher(dir, &url), "9.2.0")
}

/// The error, after making sure that nothing was locked and no document is in the cache.
fn refused(dir: &TempDir, outcome: Result<Outcome, Failure>) -> String {
    let error = outcome.unwrap_err().to_string();
    assert!(!dir.path().join("kibana.lock").exists(), "{error}");
    assert!(documents(dir.path()).is_empty(), "{error}");
    error
}

fn documents(dir: &Path) -> Vec<String> {
    let files = fs::read_dir(dir.join("cache")).unwrap().flatten();
    let names = files.map(|file| file.file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".yaml")).collect()
}

#[test]
fn a_document_is_locked_with_its_hash_and_its_original_address() {
    let dir = tempfile::tempdir().unwrap();
    let (url, requests) = serve(vec![ok(SPEC)]);
    let outcome = fetch(&fetcher(&dir, &url), "9.2.0").unwrap();
    let Outcome::Added(path) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(fs::read_to_string(path).unwrap(), SPEC);
    let request = requests.recv().unwrap();
    assert!(
        request.starts_with("get /v9.2.0/oas_docs/output/kibana.yaml "),
        "{request}"
    );
    insta::assert_snapshot!(fs::read_to_string(dir.path().join("kibana.lock")).unwrap());
    let lock = Lock::read(&dir.path().join("kibana.lock")).unwrap();
    let locked = lock.get("kibana@9.2.0").unwrap();
    let fetcher = fetcher(&dir, &url);
    assert!(matches!(
        fetcher.restore(locked, &mut |_, _| {}).unwrap(),
        Outcome::Cached(_)
    ));
}

#[test]
fn a_missing_document_is_not_asked_for_twice() {
    let dir = tempfile::tempdir().unwrap();
    let error = refused(
        &dir,
        fetch_from(&dir, vec![status("404 Not Found"), ok(SPEC)]),
    );
    assert!(error.contains("does not exist (404)"), "{error}");
}

#[test]
fn a_failing_server_is_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    fetch_from(&dir, vec![status("500 No"), status("429 Slow"), ok(SPEC)]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let answers = (0..4).map(|_| status("503 No")).collect();
    let error = refused(&dir, fetch_from(&dir, answers));
    assert!(error.contains("503 (3 tries)"), "{error}");
}

#[test]
fn a_broken_download_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let part = format!(
        "Content-Range: bytes 10-{}/{}\r\n",
        SPEC.len() - 1,
        SPEC.len()
    );
    let rest = answer("206 Partial Content", &part, SPEC.len() - 10, &SPEC[10..]);
    let (url, requests) = serve(vec![Answer::Say(broken()), Answer::Say(rest)]);
    let Outcome::Added(path) = fetch(&fetcher(&dir, &url), "9.2.0").unwrap() else {
        panic!("not added")
    };
    assert_eq!(fs::read_to_string(path).unwrap(), SPEC);
    assert!(!requests.recv().unwrap().contains("range:"));
    let second = requests.recv().unwrap();
    assert!(second.contains("range: bytes=10-\r\n"), "{second}");
    assert!(second.contains("if-range: \"one\"\r\n"), "{second}");
}

#[test]
fn a_server_that_cannot_go_on_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    fetch_from(&dir, vec![Answer::Say(broken()), ok(SPEC)]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let wrong = answer(
        "206 Partial Content",
        "Content-Range: bytes 3-9/99\r\n",
        3,
        "abc",
    );
    fetch_from(
        &dir,
        vec![Answer::Say(broken()), Answer::Say(wrong), ok(SPEC)],
    )
    .unwrap();
}

#[test]
fn a_server_that_says_nothing_times_out() {
    let dir = tempfile::tempdir().unwrap();
    let stall = || Answer::Stall(String::new());
    let error = refused(&dir, fetch_from(&dir, vec![stall(), stall(), stall()]));
    assert!(
        error.contains("timeout") && error.contains("3 tries"),
        "{error}"
    );
    let dir = tempfile::tempdir().unwrap();
    fetch_from(&dir, vec![Answer::Stall(broken()), ok(SPEC)]).unwrap();
}

#[test]
fn what_is_too_large_is_refused_with_and_without_a_length() {
    let dir = tempfile::tempdir().unwrap();
    let large = Answer::Say(answer("200 OK", "", (32 << 20) + 1, ""));
    let error = refused(&dir, fetch_from(&dir, vec![large]));
    assert!(error.contains("larger than 32 MiB"), "{error}");
    let body = "#".repeat((32 << 20) + 1);
    let large = Answer::Say(format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}"
    ));
    let error = refused(&dir, fetch_from(&dir, vec![large]));
    assert!(error.contains("larger than 32 MiB"), "{error}");
}

#[test]
fn redirects_are_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (target, _requests) = serve(vec![ok(SPEC)]);
    let away = answer("302 Found", &format!("Location: {target}/there\r\n"), 0, "");
    fetch_from(&dir, vec![Answer::Say(away)]).unwrap();
}

#[test]
fn nobody_there_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let (url, _requests) = serve(vec![ok("")]);
    fetch(&fetcher(&dir, &url), "9.2.0").unwrap_err();
    let error = refused(&dir, fetch(&fetcher(&dir, &url), "main"));
    assert!(
        error.contains("cannot download http://127.0.0.1"),
        "{error}"
    );
    assert!(error.contains("check the network"), "{error}");
}

#[test]
fn what_is_no_openapi_document_is_not_locked() {
    for body in ["<!DOCTYPE html>\n<p>Log in</p>\n", "swagger: '2.0'\n", ""] {
        let dir = tempfile::tempdir().unwrap();
        let error = refused(&dir, fetch_from(&dir, vec![ok(body)]));
        assert!(error.starts_with("error["), "{error}");
        assert_eq!(
            fs::read_dir(dir.path().join("cache"))
                .unwrap()
                .flatten()
                .filter(|file| file.path().extension().is_some_and(|e| e == "partial"))
                .count(),
            0
        );
    }
}

#[test]
fn other_bytes_under_a_locked_name_are_refused_until_they_are_accepted() {
    let dir = tempfile::tempdir().unwrap();
    fetch_from(&dir, vec![ok(SPEC)]).unwrap();
    let before = fs::read(dir.path().join("kibana.lock")).unwrap();
    let new = SPEC.replace("title: t", "title: u");
    let (url, _requests) = serve(vec![ok(&new), ok(&new), ok(SPEC)]);
    let fetcher = fetcher(&dir, &url);
    let error = fetch(&fetcher, "9.2.0").unwrap_err().to_string();
    assert!(
        error.contains("kibana-codegen drift kibana@9.2.0 "),
        "{error}"
    );
    assert!(error.contains("--update"), "{error}");
    assert_eq!(fs::read(dir.path().join("kibana.lock")).unwrap(), before);
    let wanted = Wanted::parse("9.2.0").unwrap();
    let outcome = fetcher.fetch(&wanted, true, &mut |_, _| {}).unwrap();
    assert!(matches!(outcome, Outcome::Updated(_)));

    // Who restores gets what is locked or nothing.
    let lock = Lock::read(&fetcher.lock).unwrap();
    let locked = lock.get("kibana@9.2.0").unwrap();
    let cached = fetcher.cache.path(&locked.sha256);
    fs::remove_file(&cached).unwrap();
    let error = fetcher
        .restore(locked, &mut |_, _| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("is not what is locked"), "{error}");
    assert!(!cached.exists());
}

#[test]
fn damaged_bytes_in_the_cache_are_found_and_mended() {
    let dir = tempfile::tempdir().unwrap();
    let (url, _requests) = serve(vec![ok(SPEC), ok(SPEC)]);
    let fetcher = fetcher(&dir, &url);
    fetch(&fetcher, "9.2.0").unwrap();
    let lock = Lock::read(&fetcher.lock).unwrap();
    let locked = lock.get("kibana@9.2.0").unwrap();
    fs::write(fetcher.cache.path(&locked.sha256), SPEC.replace('t', "u")).unwrap();
    let error = fetcher.cache.get(locked).unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
    fetcher.restore(locked, &mut |_, _| {}).unwrap();
    fetcher.cache.get(locked).unwrap();
}

#[test]
fn progress_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (url, _requests) = serve(vec![ok(SPEC)]);
    let mut told = Vec::new();
    let wanted = Wanted::parse("9.2.0").unwrap();
    fetcher(&dir, &url)
        .fetch(&wanted, false, &mut |have, all| told.push((have, all)))
        .unwrap();
    let all = SPEC.len() as u64;
    assert_eq!(told.first(), Some(&(0, Some(all))));
    assert_eq!(told.last(), Some(&(all, Some(all))));
}

#[test]
fn a_lock_file_that_is_none_is_refused() {
    for text in [
        "[[spec]]\nname = 'kibana@1'\n",
        "x = 1\n",
        "[[spec]]\nname = 'n'\nurl = 'u'\nsha256 = '../x'\nsize = 1\n",
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("kibana.lock"), text).unwrap();
        let error = fetch(&fetcher(&dir, "http://127.0.0.1:1"), "main").unwrap_err();
        assert!(
            error.to_string().contains("not a valid lock file"),
            "{error}"
        );
    }
}
