//! One download over HTTP: time-outs, retries, and going on where an earlier try broke off. Knows nothing of caches
//! and lock files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use ureq::http::header::{CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::failure::FetchError;
use crate::load::MAX_BYTES;

/// How patient a download is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long to wait for a connection, for the head of an answer, and for each piece of its body.
    pub timeout: Duration,
    /// How long to wait before the second try; each further wait is twice as long.
    pub delay: Duration,
    /// How many tries there are without progress.
    pub tries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            delay: Duration::from_secs(1),
            tries: 4,
        }
    }
}

/// Progress that makes the count of tries start again. A server that hands out less per try is given up.
const PROGRESS: u64 = 1 << 20;

/// Told about progress: bytes so far, and all bytes where the server says so.
pub type Progress<'a> = &'a mut dyn FnMut(u64, Option<u64>);

/// Why one try failed.
enum Trouble {
    /// Another try may help.
    Passing(String),
    /// It will not.
    Lasting(FetchError),
}

/// Downloads into a file. What an earlier try left there is completed when the server can prove (by its `ETag`) that
/// it still serves the same bytes; otherwise the file is written anew.
pub(super) fn download(
    url: &str,
    file: &Path,
    patience: Patience,
    progress: Progress<'_>,
) -> Result<(), FetchError> {
    let agent = agent(url, patience);
    let (mut failed, mut furthest) = (0, 0);
    loop {
        let message = match attempt(&agent, url, file, progress) {
            Ok(()) => return Ok(()),
            Err(Trouble::Lasting(error)) => return Err(error),
            Err(Trouble::Passing(message)) => message,
        };
        let length = length(file);
        if length >= furthest + PROGRESS {
            (failed, furthest) = (0, length);
        }
        failed += 1;
        if failed >= patience.tries {
            let message = format!("cannot download {url}: {message} ({failed} tries)");
            return Err(FetchError::new(message).help(
                "check the network and run the command again: it goes on where it stopped, if the server allows it",
            ));
        }
        std::thread::sleep(patience.delay * 2u32.saturating_pow(failed - 1));
    }
}

fn agent(url: &str, patience: Patience) -> Agent {
    let limit = Some(patience.timeout);
    // The machine's own certificates: mirrors of a company have such.
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    Agent::config_builder()
        .http_status_as_error(false)
        .https_only(url.starts_with("https:"))
        .tls_config(tls.build())
        .user_agent(concat!("kibana-codegen/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(limit)
        .timeout_connect(limit)
        .timeout_recv_response(limit)
        .timeout_per_read(limit)
        .build()
        .new_agent()
}

fn attempt(agent: &Agent, url: &str, file: &Path, progress: Progress<'_>) -> Result<(), Trouble> {
    let tag_file = file.with_extension("etag");
    let have = length(file);
    let tag = fs::read_to_string(&tag_file).ok().filter(|_| have > 0);
    let mut request = agent.get(url);
    if let Some(tag) = &tag {
        request = request
            .header(RANGE, format!("bytes={have}-"))
            .header(IF_RANGE, tag);
    }
    let response = request.call().map_err(|error| failed(url, &error))?;
    let start = match response.status().as_u16() {
        200 => 0,
        206 if tag.is_some() && range_start(response.headers()) == Some(have) => have,
        206 | 416 => {
            // What is here is not a beginning of what is there.
            let _ = fs::remove_file(file);
            return Err(Trouble::Passing("the server sent a wrong part".to_string()));
        }
        status => return Err(refused(url, status)),
    };
    let mut target = open(file, &tag_file, start, response.headers()).map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        Trouble::Lasting(FetchError::new(message))
    })?;
    receive(url, file, response, start, &mut target, progress)
}

/// Opens the file for the body of an answer. The tag is gone before the old bytes go, and there before new bytes come,
/// so that an interruption never leaves bytes of one answer beside the tag of another.
fn open(file: &Path, tag_file: &Path, start: u64, headers: &HeaderMap) -> io::Result<File> {
    if start > 0 {
        return OpenOptions::new().append(true).open(file);
    }
    match fs::remove_file(tag_file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let target = File::create(file)?;
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    // A weak tag does not promise the same bytes (RFC 9110, 8.8.1).
    if let Some(tag) = tag.filter(|tag| tag.starts_with('"')) {
        fs::write(tag_file, tag)?;
    }
    Ok(target)
}

fn receive(
    url: &str,
    file: &Path,
    response: Response<Body>,
    start: u64,
    target: &mut File,
    progress: Progress<'_>,
) -> Result<(), Trouble> {
    let mut body = response.into_body();
    let all = body.content_length().map(|rest| start + rest);
    if all.is_some_and(|all| all > MAX_BYTES as u64) {
        return Err(too_large(url, file));
    }
    let mut reader = body.as_reader();
    let mut buffer = vec![0; 64 * 1024];
    let mut have = start;
    loop {
        progress(have, all);
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => return Err(Trouble::Passing(format!("the connection broke: {error}"))),
        };
        have += count as u64;
        if have > MAX_BYTES as u64 {
            return Err(too_large(url, file));
        }
        target.write_all(&buffer[..count]).map_err(|error| {
            let message = format!("cannot write {}: {error}", file.display());
            Trouble::Lasting(FetchError::new(message))
        })?;
    }
    match all {
        Some(all) if have < all => Err(Trouble::Passing(format!(
            "the connection ended after {have} of {all} bytes"
        ))),
        _ => Ok(()),
    }
}

fn too_large(url: &str, file: &Path) -> Trouble {
    // Nothing of it is of use to a later run.
    let _ = fs::remove_file(file);
    let limit = MAX_BYTES >> 20;
    let error = FetchError::new(format!("{url} is larger than {limit} MiB"));
    Trouble::Lasting(error.help("check that this is the OpenAPI document"))
}

fn refused(url: &str, status: u16) -> Trouble {
    match status {
        408 | 429 | 500..=599 => Trouble::Passing(format!("the server answered {status}")),
        404 | 410 => Trouble::Lasting(
            FetchError::new(format!("{url} does not exist ({status})"))
                .help("check the version, the branch or the address"),
        ),
        _ => Trouble::Lasting(FetchError::new(format!(
            "{url}: the server answered {status}"
        ))),
    }
}

fn failed(url: &str, error: &ureq::Error) -> Trouble {
    use ureq::Error;
    match error {
        Error::Timeout(_)
        | Error::Io(_)
        | Error::HostNotFound
        | Error::ConnectionFailed
        | Error::Protocol(_)
        | Error::ConnectProxyFailed(_) => Trouble::Passing(error.to_string()),
        _ => Trouble::Lasting(FetchError::new(format!("cannot download {url}: {error}"))),
    }
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |data| data.len())
}

/// The first byte of a partial answer: `bytes 5-9/10` starts at 5.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    range
        .strip_prefix("bytes ")?
        .split('-')
        .next()?
        .parse()
        .ok()
}
