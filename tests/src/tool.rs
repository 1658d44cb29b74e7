//! The built `kibana-codegen` and `cargo xtask`, run as a user runs them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::workspace;

/// What a command said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code; `None` when a signal ended the command.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

/// A command of the generator, with its arguments.
#[derive(Debug)]
pub struct Tool {
    command: Command,
}

impl Tool {
    /// `kibana-codegen`.
    pub fn codegen() -> Self {
        Self::of(&programs().codegen)
    }

    /// `cargo xtask`: the program behind the alias.
    pub fn xtask() -> Self {
        Self::of(&programs().xtask)
    }

    /// `kibana-codegen` with a bound on its memory (bytes of address space) and on the processor time that it may
    /// take, both far above what an honest document needs: what exceeds them is killed, and the test fails.
    pub fn bounded() -> Self {
        Self::limited("ulimit -v 600000; ulimit -t 60")
    }

    /// `kibana-codegen` in a shell that has run these commands before.
    pub fn limited(limits: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")]);
        command.arg(&programs().codegen);
        Self::with(command)
    }

    fn of(program: &Path) -> Self {
        Self::with(Command::new(program))
    }

    fn with(mut command: Command) -> Self {
        command
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env("KIBANA_CODEGEN_CACHE", workspace::kept("cache"))
            .stdin(Stdio::null());
        Self { command }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments, separated by spaces.
    #[must_use]
    pub fn args(mut self, arguments: &str) -> Self {
        self.command.args(arguments.split_whitespace());
        self
    }

    /// Sets the current folder.
    #[must_use]
    pub fn within(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(mut self) -> Outcome {
        let output = self.command.output();
        let output = output.unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs it while nobody reads what it prints.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run_unheard(mut self) -> Outcome {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.command.spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        drop(child.stdout.take());
        let output = child.wait_with_output();
        let output = output.unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        Outcome {
            code: output.status.code(),
            stdout: String::new(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn(mut self) -> Child {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = self.command.spawn();
        child.unwrap_or_else(|error| panic!("{:?}: {error}", self.command))
    }
}

impl Outcome {
    /// What was printed, after making sure that the exit code is this one.
    ///
    /// # Panics
    /// When it is another.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

struct Programs {
    codegen: PathBuf,
    xtask: PathBuf,
}

/// Builds the programs once per test binary; Cargo tells where they are.
fn programs() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        // `--workspace` and `--all-features` as in `cargo xtask test`, so that what that has built is used again.
        let output = Command::new(env!("CARGO"))
            .args([
                "build",
                "--workspace",
                "--all-features",
                "--message-format",
                "json",
            ])
            .args(["--bin", "kibana-codegen", "--bin", "xtask"])
            .current_dir(workspace::root())
            .stderr(Stdio::inherit())
            .output();
        let output = output.unwrap_or_else(|error| panic!("cannot run cargo: {error}"));
        assert!(output.status.success(), "the programs do not compile");
        let built = String::from_utf8_lossy(&output.stdout);
        let program = |name: &str| {
            let messages = built
                .lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let mut paths = messages
                .filter(|message| message["target"]["name"] == name)
                .filter_map(|message| message["executable"].as_str().map(PathBuf::from));
            let path = paths.next();
            path.unwrap_or_else(|| panic!("cargo does not say where {name} is"))
        };
        Programs {
            codegen: program("kibana-codegen"),
            xtask: program("xtask"),
        }
    })
}

/// `kibana-codegen`, built as benchmarks are.
///
/// # Panics
/// When it does not compile.
pub fn optimised() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--bin", "kibana-codegen"])
        .current_dir(workspace::root())
        .status();
    assert!(built.is_ok_and(|status| status.success()), "it compiles");
    let own = std::env::current_exe().expect("this program is a file");
    let release = own.parent().and_then(Path::parent).expect("release/deps/");
    release.join("kibana-codegen")
}
