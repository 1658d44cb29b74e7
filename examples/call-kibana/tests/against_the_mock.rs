//! The program, against a fake Kibana on a port of this machine.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::process::Output;

use call_kibana::kibana::mock;
use tokio::process::Command;

async fn run(arguments: &[&str]) -> Output {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = mock::router(mock::new()).unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    let mut program = Command::new(env!("CARGO_BIN_EXE_call-kibana"));
    program.args(arguments).env("KIBANA_URL", url);
    program.output().await.unwrap()
}

#[tokio::test]
async fn the_program_lists_creates_uploads_and_exports() {
    let dir = tempfile::tempdir().unwrap();
    let upload = dir.path().join("photo.jpg");
    std::fs::write(&upload, vec![7; 1 << 20]).unwrap();
    let export = dir.path().join("export.ndjson");
    let output = run(&[upload.to_str().unwrap(), export.to_str().unwrap()]).await;
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    let expected = [
        "leak: Coffee machine leaks (open)",
        "draft: Door does not close (in-progress)",
        "new: Lamp flickers, comments and files: 1",
    ];
    assert_eq!(said.lines().take(3).collect::<Vec<_>>(), expected);
    let exported = std::fs::read_to_string(export).unwrap();
    assert!(
        exported.starts_with('{') && exported.ends_with("}\n"),
        "{exported}"
    );
}

#[tokio::test]
async fn without_its_arguments_the_program_says_what_it_wants() {
    let output = run(&[]).await;
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("usage"));
}
