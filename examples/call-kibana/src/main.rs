//! Calls Kibana: follows a list, creates a case, uploads a file, exports saved objects to a file.
//!
//! ```console
//! $ cargo xtask mock --spec examples/call-kibana/kibana.yaml     # a fake Kibana, in another terminal
//! $ cargo run -p call-kibana -- README.md export.ndjson
//! ```
//!
//! `KIBANA_URL` and `KIBANA_API_KEY` name another one.

use std::env;
use std::error::Error;
use std::path::Path;

use call_kibana::kibana::cases::{CaseStatus, NewCase};
use call_kibana::kibana::client::Client;
use call_kibana::kibana::saved_objects::Export;
use kibana_runtime::client::{ByteStream, File, Multipart};
use tokio::io::AsyncWriteExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(upload), Some(export)) = (arguments.next(), arguments.next()) else {
        return Err("usage: call-kibana FILE-TO-UPLOAD FILE-TO-EXPORT-TO".into());
    };
    let kibana = client()?;
    list(&kibana).await?;
    create(&kibana, Path::new(&upload)).await?;
    save(&kibana, Path::new(&export)).await
}

fn client() -> Result<Client, Box<dyn Error>> {
    let url = env::var("KIBANA_URL").unwrap_or_else(|_| "http://127.0.0.1:5601".to_owned());
    let key = env::var("KIBANA_API_KEY").unwrap_or_else(|_| "bW9jazptb2Nr".to_owned());
    Ok(Client::builder(&url)?.api_key(&key).build()?)
}

/// Every case that waits for somebody, however many pages they fill.
async fn list(kibana: &Client) -> Result<(), Box<dyn Error>> {
    let waiting = [CaseStatus::Open, CaseStatus::InProgress];
    let mut cases = kibana
        .cases()
        .find_cases()
        .per_page(100)
        .status(waiting)
        .items();
    while let Some(case) = cases.next().await? {
        println!("{}: {} ({})", case.id, case.title, case.status);
    }
    Ok(())
}

/// A case with a file, which is never in memory as a whole.
async fn create(kibana: &Client, path: &Path) -> Result<(), Box<dyn Error>> {
    let case = NewCase::new("Lamp flickers", "Since Monday, and only when it rains.")
        .with(|case| case.tags = Some(vec!["light".to_owned()]));
    let case = kibana.cases().create_case(case).await?;
    let content = ByteStream::read(tokio::fs::File::open(path).await?);
    let file = File::new("file", content).named(path.display().to_string());
    let case = kibana
        .cases()
        .add_case_file(&case.id, Multipart::default().file(file))
        .await?;
    println!(
        "{}: {}, comments and files: {}",
        case.id, case.title, case.total_comment
    );
    Ok(())
}

/// Dashboards and what they need, written as they arrive.
async fn save(kibana: &Client, path: &Path) -> Result<(), Box<dyn Error>> {
    let wanted = Export::new().with(|export| {
        export.r#type = Some(vec!["dashboard".to_owned()]);
        export.include_references_deep = Some(true);
    });
    let mut objects = kibana.saved_objects().export_saved_objects(wanted).await?;
    let mut file = tokio::fs::File::create(path).await?;
    while let Some(object) = objects.next().await? {
        let mut line = kibana_runtime::to_vec(&object)?;
        line.push(b'\n');
        file.write_all(&line).await?;
    }
    file.flush().await?;
    println!("exported to {}", path.display());
    Ok(())
}
