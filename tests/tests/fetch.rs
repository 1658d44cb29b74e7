//! `fetch` as a user meets it: lock file, cache, the commands that use them, and an interruption.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use kibana_tests::tool::Tool;
use kibana_tests::workspace;
use tempfile::TempDir;

/// Serves a document to everybody who asks for `main`, and 404 to all others. The first `stalls` answers stop in the
/// middle and never go on.
fn serve(document: String, stalls: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut open = Vec::new();
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let head = BufReader::new(&stream).lines().map_while(Result::ok);
            let head: Vec<_> = head.take_while(|line| !line.is_empty()).collect();
            let range = head.iter().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("range: bytes=")?
                    .strip_suffix('-')?
                    .parse()
                    .ok()
            });
            let start: usize = range.unwrap_or(0);
            let all = document.len();
            let status = match range {
                _ if !head[0].contains("/main/") => {
                    "404 Not Found\r\nContent-Length: 0".to_string()
                }
                Some(start) => format!(
                    "206 Partial Content\r\nContent-Range: bytes {start}-{}/{all}\r\nContent-Length: {}",
                    all - 1,
                    all - start
                ),
                None => format!("200 OK\r\nETag: \"one\"\r\nContent-Length: {all}"),
            };
            let end = if number < stalls { all / 2 } else { all };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&document.as_bytes()[start..end]);
            if number < stalls {
                open.push(stream);
            }
        }
    });
    url
}

fn medium() -> String {
    fs::read_to_string(workspace::data("medium.yaml")).unwrap()
}

/// `kibana-codegen` in a folder that has its own cache.
fn tool(dir: &TempDir, url: &str, arguments: &str) -> Tool {
    let cache = dir.path().join("cache");
    Tool::codegen()
        .args(arguments)
        .within(dir.path())
        .env("NO_PROXY", "127.0.0.1")
        .env("KIBANA_CODEGEN_URL", url)
        .env("KIBANA_CODEGEN_CACHE", &cache.display().to_string())
}

fn files(dir: &Path, extension: &str) -> Vec<fs::DirEntry> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files
        .filter(|file| file.path().extension().is_some_and(|e| e == extension))
        .collect()
}

#[test]
fn commands_use_what_is_locked() {
    let dir = tempfile::tempdir().unwrap();
    let url = serve(medium(), 0);
    let said = tool(&dir, &url, "fetch main").run().expect(0);
    assert!(
        said.stdout.starts_with("kibana@main: fetched and locked: "),
        "{}",
        said.stdout
    );
    // No progress where nobody watches.
    assert_eq!(said.stderr, "");
    let nowhere = "http://127.0.0.1:1";
    tool(&dir, nowhere, "generate --spec kibana@main --out api")
        .run()
        .expect(0);
    tool(&dir, nowhere, "check --spec kibana@main --out api")
        .run()
        .expect(0);
    tool(&dir, nowhere, "lint --spec kibana@main")
        .run()
        .expect(0);
    tool(&dir, nowhere, "report --spec kibana@main")
        .run()
        .expect(0);
    tool(
        &dir,
        nowhere,
        "drift kibana@main kibana@main --fail-on info",
    )
    .run()
    .expect(0);

    let said = tool(&dir, nowhere, "lint --spec kibana@8.0.0")
        .run()
        .expect(1)
        .stderr;
    assert!(said.contains("run `fetch 8.0.0`"), "{said}");
    let cached = files(&dir.path().join("cache"), "yaml").remove(0).path();
    fs::write(&cached, "openapi: 3.0.3\n").unwrap();
    let said = tool(&dir, nowhere, "lint --spec kibana@main")
        .run()
        .expect(1)
        .stderr;
    assert!(said.contains("damaged"), "{said}");
    fs::remove_file(&cached).unwrap();
    let said = tool(&dir, nowhere, "lint --spec kibana@main")
        .run()
        .expect(1)
        .stderr;
    assert!(said.contains("run `fetch`"), "{said}");
    tool(&dir, &url, "fetch").run().expect(0);
    tool(&dir, nowhere, "lint --spec kibana@main")
        .run()
        .expect(0);
}

#[test]
fn the_recipe_for_a_week_works_as_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let lock = dir.path().join("kibana.lock");
    let old = serve(medium(), 0);
    tool(&dir, &old, "fetch main").run().expect(0);
    let committed = fs::read(&lock).unwrap();
    let new = serve(medium().replace("/api/trees", "/api/woods"), 0);
    let refused = tool(&dir, &new, "fetch main").run().expect(1).stderr;
    assert!(
        refused.contains("kibana-codegen drift kibana@main "),
        "{refused}"
    );
    assert_eq!(fs::read(&lock).unwrap(), committed);
    tool(&dir, &new, "fetch main --name next").run().expect(0);
    let drift = tool(
        &dir,
        &new,
        "drift kibana@main kibana@next --format markdown",
    )
    .run();
    assert!(drift.expect(0).stdout.contains("/api/trees"));
    fs::write(&lock, committed).unwrap();
    tool(&dir, &new, "fetch main --update").run().expect(0);
    assert!(!fs::read_to_string(&lock).unwrap().contains("next"));
    tool(&dir, &new, "generate --spec kibana@main --out kibana-api")
        .run()
        .expect(0);
}

#[test]
fn failures_are_1_and_wrong_command_lines_2() {
    let dir = tempfile::tempdir().unwrap();
    let url = serve(medium(), 0);
    let said = tool(&dir, &url, "fetch 1.2.3").run().expect(1).stderr;
    assert!(said.contains("/v1.2.3/") && said.contains("404"), "{said}");
    tool(&dir, &url, "fetch no-such-file.yaml").run().expect(1);
    for wrong in [
        "fetch ftp://h/x",
        "fetch https://me:secret@h/x",
        "fetch a..b",
        "fetch --name x",
    ] {
        tool(&dir, &url, wrong).run().expect(2);
    }
    assert!(!dir.path().join("kibana.lock").exists());
}

#[test]
fn a_kill_in_the_middle_leaves_no_half_document_and_the_next_run_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let url = serve(medium(), 1);
    let mut child = tool(&dir, &url, "fetch main").spawn();
    let half = medium().len() as u64 / 2;
    let here = || {
        files(&cache, "partial")
            .iter()
            .any(|file| file.metadata().is_ok_and(|data| data.len() == half))
    };
    for _ in 0..1000 {
        if here() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(here(), "the first half never came");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(files(&cache, "yaml").is_empty());
    assert!(!dir.path().join("kibana.lock").exists());
    tool(&dir, &url, "fetch main").run().expect(0);
    let cached = files(&cache, "yaml").remove(0).path();
    assert_eq!(fs::read_to_string(cached).unwrap(), medium());
    assert!(files(&cache, "partial").is_empty());
}

#[test]
fn help_teaches() {
    let help = Tool::codegen().args("fetch --help").run().expect(0).stdout;
    for word in [
        "fetch 9.2.0",
        "kibana.lock",
        "--update",
        "--name",
        "--lock",
        "KIBANA_CODEGEN_CACHE",
        "drift",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
