//! Programs that take a while: what is going on, and for how long already. Knows nothing of what they do.

use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Between two lines where nobody watches them change.
const SELDOM: Duration = Duration::from_secs(15);

/// Runs a program that tells its steps on standard error, as cargo does, and shows the last of them with the time that
/// has passed: on a terminal every second and in place. All that it said is shown when it fails.
pub(crate) fn run(command: &mut Command, what: &str) -> std::io::Result<ExitStatus> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let said = match child.stderr.take() {
        Some(output) => follow(output, what),
        None => String::new(),
    };
    let status = child.wait()?;
    if !status.success() {
        eprint!("{said}");
    }
    Ok(status)
}

/// Shows what is said until nothing more is, and returns all of it.
fn follow(output: ChildStderr, what: &str) -> String {
    let (sender, lines) = channel();
    let reader = std::thread::spawn(move || {
        let mut all = String::new();
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            let text = String::from_utf8_lossy(&line).into_owned();
            all.push_str(&text);
            // Who shows the lines may be gone; they are kept all the same.
            let _ = sender.send(text.trim().to_string());
            line.clear();
        }
        all
    });
    show(&lines, what);
    reader.join().unwrap_or_default()
}

fn show(lines: &Receiver<String>, what: &str) {
    let start = Instant::now();
    let terminal = std::io::stderr().is_terminal();
    let pause = if terminal {
        Duration::from_secs(1)
    } else {
        SELDOM
    };
    let mut step = String::from("starting");
    let mut shown = None::<Instant>;
    loop {
        if shown.is_none_or(|shown| shown.elapsed() >= pause) {
            let seconds = start.elapsed().as_secs();
            match terminal {
                // Back to the start of the line, and what is left of the last one is wiped out.
                true => eprint!("\r\x1b[2K{what}, {seconds} s: {step}"),
                false => eprintln!("{what}, {seconds} s: {step}"),
            }
            shown = Some(Instant::now());
        }
        match lines.recv_timeout(pause) {
            Ok(line) if line.is_empty() => {}
            Ok(line) => step = line,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if terminal {
        eprintln!();
    }
}
