//! Writing generated files: what is touched, what is left alone, and what a failed or killed run leaves behind.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use kibana_codegen::output::{
    self, Files, GeneratedFile, MANIFEST, MARKER, Owned, STAGING, compare, write,
};
use tempfile::TempDir;

fn files(entries: &[(&str, &str)]) -> Files {
    let file =
        |(path, text): &(&str, &str)| (path.to_string(), GeneratedFile::from(text.to_string()));
    entries.iter().map(file).collect()
}

/// Every file below a directory with its text, sorted.
fn tree(dir: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn time(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

fn fails(dir: &Path, files: &Files) -> String {
    let error = write(dir, files).unwrap_err();
    assert!(output::CODES.contains(&error.code));
    error.to_string().replace(&dir.display().to_string(), "DIR")
}

fn started(entries: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &files(entries)).unwrap();
    dir
}

#[test]
fn a_second_run_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/crate");
    let files = files(&[("src/lib.rs", "a"), ("src/m/b.rs", "b")]);
    assert_eq!(
        write(&out, &files).unwrap().created,
        ["src/lib.rs", "src/m/b.rs"]
    );
    let (lib, manifest) = (out.join("src/lib.rs"), out.join(MANIFEST));
    let times = (time(&lib), time(&manifest), time(&out));
    let again = write(&out, &files).unwrap();
    assert_eq!(
        (again.unchanged, again.created.len(), again.updated.len()),
        (2, 0, 0)
    );
    assert_eq!((time(&lib), time(&manifest), time(&out)), times);
    assert!(compare(&out, &files).unwrap().is_clean());
}

#[test]
fn what_changed_is_written_and_what_is_stale_is_removed() {
    let dir = started(&[("a.rs", "1"), ("b.rs", "1"), ("old/deep/c.rs", "1")]);
    let time_of_a = time(&dir.path().join("a.rs"));
    let written = write(
        dir.path(),
        &files(&[("a.rs", "1"), ("b.rs", "2"), ("d.rs", "1")]),
    )
    .unwrap();
    assert_eq!(written.created, ["d.rs"]);
    assert_eq!(written.updated, ["b.rs"]);
    assert_eq!(written.removed, ["old/deep/c.rs"]);
    assert_eq!(
        tree(dir.path()).into_keys().collect::<Vec<_>>(),
        [MANIFEST, "a.rs", "b.rs", "d.rs"]
    );
    assert_eq!(time(&dir.path().join("a.rs")), time_of_a);
    assert!(!dir.path().join("old").exists());
}

#[test]
fn files_of_the_user_are_never_touched() {
    let dir = started(&[("src/lib.rs", "1"), ("src/a.rs", "1")]);
    for path in ["src/mine.rs", "Cargo.lock", "target/x"] {
        fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
        fs::write(dir.path().join(path), "mine").unwrap();
    }
    let written = write(dir.path(), &files(&[("src/lib.rs", "2")])).unwrap();
    assert_eq!(written.foreign, ["src/mine.rs"]);
    let tree = tree(dir.path());
    assert_eq!(tree.values().filter(|text| *text == "mine").count(), 3);
    let message = fails(
        dir.path(),
        &files(&[("src/lib.rs", "3"), ("src/mine.rs", "1")]),
    );
    assert!(
        message.starts_with("error[output-not-ours]: a file is in the way"),
        "{message}"
    );
    assert_eq!(self::tree(dir.path()), tree);
}

#[test]
fn files_of_the_user_among_the_generated_sources_are_extra() {
    let dir = started(&[("src/lib.rs", "1"), ("top.rs", "1")]);
    let files = files(&[("src/lib.rs", "1"), ("top.rs", "1")]);
    for path in ["mine.rs", "examples/x.rs", "src/mine.rs", "src/a/b.rs"] {
        fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
        fs::write(dir.path().join(path), "mine").unwrap();
    }
    let comparison = compare(dir.path(), &files).unwrap();
    assert_eq!(comparison.foreign, ["src/a/b.rs", "src/mine.rs"]);
    assert!(!comparison.is_clean() && !comparison.is_mendable());
}

/// What stands in a folder in which something changes, and has to come out of it as it was.
fn beside_what_changes(dir: &Path) -> Vec<SystemTime> {
    let file = |path: &str| dir.join(path);
    fs::create_dir_all(file("src/empty")).unwrap();
    fs::create_dir_all(file("src/deep")).unwrap();
    fs::write(file("src/deep/mine.rs"), "mine").unwrap();
    let kept = ["src/same.rs", "src/m/same.rs", "src/deep/mine.rs"];
    kept.map(|path| time(&file(path))).to_vec()
}

#[test]
fn files_beside_changed_ones_keep_their_times() {
    let start = [
        ("src/a.rs", "1"),
        ("src/same.rs", "1"),
        ("src/m/same.rs", "1"),
        ("src/old/b.rs", "1"),
    ];
    let new = files(&[
        ("src/a.rs", "2"),
        ("src/same.rs", "1"),
        ("src/m/same.rs", "1"),
        ("src/new/c.rs", "1"),
    ]);
    let dir = started(&start);
    let times = beside_what_changes(dir.path());
    write(dir.path(), &new).unwrap();
    assert_eq!(beside_what_changes(dir.path())[..2], times[..2]);
    let after = tree(dir.path());
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        [
            MANIFEST,
            "src/a.rs",
            "src/deep/mine.rs",
            "src/m/same.rs",
            "src/new/c.rs",
            "src/same.rs"
        ]
    );
    assert_eq!(after["src/a.rs"], "2");
    assert!(dir.path().join("src/empty").exists() && !dir.path().join("src/old").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_exchanged_is_written_file_by_file() {
    use std::os::unix::ffi::OsStrExt;
    let dir = started(&[("src/a.rs", "1"), ("src/b.rs", "1")]);
    // The staged folder cannot be completed with a name that is not text.
    let odd = dir
        .path()
        .join("src")
        .join(std::ffi::OsStr::from_bytes(b"odd\xFF"));
    fs::write(&odd, "mine").unwrap();
    write(dir.path(), &files(&[("src/a.rs", "2"), ("src/c.rs", "1")])).unwrap();
    let names: Vec<_> = fs::read_dir(dir.path().join("src")).unwrap().collect();
    assert_eq!(names.len(), 3);
    assert_eq!(fs::read_to_string(odd).unwrap(), "mine");
    assert_eq!(
        fs::read_to_string(dir.path().join("src/a.rs")).unwrap(),
        "2"
    );
    // And undone file by file, too.
    fs::create_dir_all(dir.path().join("src/d.rs/full")).unwrap();
    let before = tree(dir.path());
    let message = fails(
        dir.path(),
        &files(&[("src/a.rs", "3"), ("src/c.rs", "1"), ("src/d.rs", "1")]),
    );
    assert!(message.starts_with("error[output-failed]"), "{message}");
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_run_that_fails_after_the_exchange_of_folders_leaves_the_old_files() {
    let dir = started(&[("src/a.rs", "1"), ("src/b.rs", "1")]);
    let time_of_b = time(&dir.path().join("src/b.rs"));
    fs::create_dir_all(dir.path().join("top.rs/full")).unwrap();
    let before = tree(dir.path());
    let new = files(&[
        ("src/a.rs", "2"),
        ("src/b.rs", "1"),
        ("other/c.rs", "1"),
        ("top.rs", "1"),
    ]);
    let message = fails(dir.path(), &new);
    assert!(message.starts_with("error[output-failed]"), "{message}");
    assert_eq!(tree(dir.path()), before);
    assert_eq!(time(&dir.path().join("src/b.rs")), time_of_b);
    assert!(!dir.path().join("other").exists() && !dir.path().join(STAGING).exists());
}

#[test]
fn a_directory_of_someone_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.tex"), "").unwrap();
    let files = files(&[("src/lib.rs", "1")]);
    insta::assert_snapshot!("output-not-ours", fails(dir.path(), &files));
    assert!(compare(dir.path(), &files).is_err());
    assert_eq!(tree(dir.path()).len(), 1);
}

#[test]
fn the_part_above_the_marker_is_the_users() {
    let file = |text: &str| {
        let owned = Owned::BelowMarker {
            initial_head: "[package]\n".to_string(),
        };
        let text = text.to_string();
        Files::from([("Cargo.toml".to_string(), GeneratedFile { text, owned })])
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("Cargo.toml");
    write(dir.path(), &file("[features]\n")).unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        format!("[package]\n{MARKER}\n[features]\n")
    );

    fs::write(
        &path,
        format!("[package]\r\nname = \"mine\"\r\n{MARKER}\r\n[edited]\r\n"),
    )
    .unwrap();
    assert_eq!(
        compare(dir.path(), &file("[features]\n"))
            .unwrap()
            .stale
            .len(),
        1
    );
    write(dir.path(), &file("[features]\n")).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        format!("[package]\r\nname = \"mine\"\r\n{MARKER}\n[features]\n")
    );

    // Not generated any more: the user's part keeps the file.
    write(dir.path(), &files(&[("a.rs", "1")])).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    fs::write(&path, "[package]\n").unwrap();
    insta::assert_snapshot!("output-marker-missing", fails(dir.path(), &file("")));
    assert_eq!(fs::read_to_string(&path).unwrap(), "[package]\n");
}

#[test]
fn differences_are_compared_without_writing() {
    let dir = started(&[
        ("a.rs", "1\n2\n3\n4\n5\n"),
        ("b.rs", "1\n"),
        ("c.rs", "1\n"),
    ]);
    fs::remove_file(dir.path().join("b.rs")).unwrap();
    let before = tree(dir.path());
    let comparison = compare(
        dir.path(),
        &files(&[("a.rs", "1\n2\n3\nfour\n5\n"), ("b.rs", "1\n")]),
    )
    .unwrap();
    assert_eq!(
        comparison.stale,
        [(
            "a.rs".to_string(),
            "@@ -3,3 +3,3 @@\n 3\n-4\n+four\n 5".to_string()
        )]
    );
    assert_eq!(comparison.missing, ["b.rs"]);
    assert_eq!(comparison.extra, ["c.rs"]);
    assert_eq!(tree(dir.path()), before);
    let none = compare(&dir.path().join("none"), &files(&[("a.rs", "")])).unwrap();
    assert_eq!(none.missing, ["a.rs", MANIFEST]);
}

#[test]
fn paths_that_leave_the_directory_are_refused() {
    let dir = started(&[("a.rs", "1")]);
    for path in ["../b.rs", "/b.rs", "x/../../b.rs", "", "a//b", "./b"] {
        let message = fails(dir.path(), &files(&[(path, "2")]));
        assert!(
            message.starts_with("error[output-path]"),
            "{path}: {message}"
        );
    }
    fs::write(dir.path().join(MANIFEST), "whole ../victim\n").unwrap();
    fs::write(dir.path().with_extension("victim"), "").unwrap();
    assert!(fails(dir.path(), &files(&[("a.rs", "1")])).starts_with("error[output-path]"));
    fs::remove_file(dir.path().with_extension("victim")).unwrap();
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let dir = started(&[("a.rs", "1")]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("src")).unwrap();
    insta::assert_snapshot!(
        "output-path",
        fails(dir.path(), &files(&[("a.rs", "2"), ("src/b.rs", "2")]))
    );
    assert!(tree(elsewhere.path()).is_empty());
    assert_eq!(tree(&dir.path().join("src")).len(), 0);
    assert_eq!(fs::read_to_string(dir.path().join("a.rs")).unwrap(), "1");
}

#[test]
fn an_output_directory_that_is_a_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "x").unwrap();
    assert!(fails(&path, &files(&[("a", "")])).contains("is a file"));
    assert!(fails(&path.join("below"), &files(&[("a", "")])).starts_with("error[output-failed]"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "x");
}

#[test]
fn a_run_that_fails_leaves_the_old_files() {
    let dir = started(&[("a.rs", "1"), ("b.rs", "1"), ("c.rs", "1")]);
    // A directory where a file has to go: found out only when the others are in place already.
    fs::create_dir_all(dir.path().join("d.rs/full")).unwrap();
    let before = tree(dir.path());
    let message = fails(
        dir.path(),
        &files(&[("a.rs", "2"), ("b.rs", "1"), ("d.rs", "2")]),
    );
    assert!(message.starts_with("error[output-failed]"), "{message}");
    assert_eq!(tree(dir.path()), before);
    assert!(!dir.path().join(STAGING).exists());
}

#[test]
fn a_killed_run_is_cleaned_up_by_the_next() {
    let new = files(&[("a.rs", "2"), ("b.rs", "2")]);
    // Killed while staging: nothing was put into place.
    let dir = started(&[("a.rs", "1"), ("old.rs", "1")]);
    fs::create_dir_all(dir.path().join(STAGING).join("new")).unwrap();
    fs::write(dir.path().join(STAGING).join("new/a.rs"), "half").unwrap();
    assert_eq!(compare(dir.path(), &new).unwrap().extra, ["old.rs"]);
    write(dir.path(), &new).unwrap();
    let clean = tree(dir.path());
    assert_eq!(clean.keys().collect::<Vec<_>>(), [MANIFEST, "a.rs", "b.rs"]);

    // Killed while renaming: the manifest lists old and new files, some of them are there.
    let dir = started(&[("a.rs", "1"), ("old.rs", "1")]);
    fs::create_dir(dir.path().join(STAGING)).unwrap();
    fs::write(
        dir.path().join(MANIFEST),
        "whole a.rs\nwhole b.rs\nwhole old.rs\n",
    )
    .unwrap();
    fs::write(dir.path().join("b.rs"), "2").unwrap();
    assert!(!compare(dir.path(), &new).unwrap().is_clean());
    write(dir.path(), &new).unwrap();
    assert_eq!(tree(dir.path()), clean);

    // Killed in the first run of all.
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(STAGING)).unwrap();
    write(dir.path(), &new).unwrap();
    assert_eq!(tree(dir.path()), clean);
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let dir = started(&[("a.rs", "1")]);
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let result = write(dir.path(), &files(&[("a.rs", "2")]));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    match result {
        // Root may write everywhere.
        Ok(written) => assert_eq!(written.updated, ["a.rs"]),
        Err(error) => {
            assert_eq!(error.code, &output::OUTPUT_FAILED);
            assert!(
                error.to_string().contains("check the permissions"),
                "{error}"
            );
            assert_eq!(fs::read_to_string(dir.path().join("a.rs")).unwrap(), "1");
        }
    }
}

#[test]
fn one_file_among_those_of_others_is_written_when_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("theirs.rs"), "x").unwrap();
    let path = dir.path().join("kibana.rs");
    assert!(output::write_file(dir.path(), "kibana.rs", "a").unwrap());
    let before = time(&path);
    assert!(!output::write_file(dir.path(), "kibana.rs", "a").unwrap());
    assert_eq!(time(&path), before);
    assert!(output::write_file(dir.path(), "kibana.rs", "b").unwrap());
    let names: Vec<_> = tree(dir.path()).into_iter().collect();
    let expected = [("kibana.rs", "b"), ("theirs.rs", "x")];
    assert_eq!(names, expected.map(|(n, t)| (n.into(), t.into())));
    let out = output::write_file(dir.path(), "../kibana.rs", "a").unwrap_err();
    assert_eq!(out.code.name, "output-path");
}
