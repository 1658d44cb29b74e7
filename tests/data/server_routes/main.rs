//! Sends one request per line of `routes.txt` (method, path, name of the operation) to a router that serves every
//! group, and says which of them reach another handler than that of their operation.

mod services;

use kibana_api::server::axum::body::Body;
use kibana_api::server::axum::http::Request;
use kibana_api::server::{Answered, operations};
use tower::ServiceExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let router = services::router();
    let mut wrong = 0;
    let mut right = 0;
    for line in include_str!("../routes.txt").lines() {
        let mut words = line.split(' ');
        let (Some(method), Some(path), Some(name)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let request = Request::builder().method(method).uri(path).header("kbn-xsrf", "true");
        let request = request.body(Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let reached = response.extensions().get::<Answered>().and_then(|a| a.handler);
        let server_error = response.status().as_u16() == 500;
        if reached.map(|operation| operation.id) == Some(name) && !server_error {
            right += 1;
        } else {
            wrong += 1;
            println!("{line}: {} by {:?}", response.status(), reached.map(|o| o.id));
        }
    }
    println!("{right} requests, {} operations", operations().len());
    std::process::exit(i32::from(wrong > 0));
}
