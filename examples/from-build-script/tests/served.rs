//! A client from the build script calls a server from the build script, in one process.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use from_build_script::Shelf;
use from_build_script::library::books::{Book, get_book};
use from_build_script::library::client::Client;
use from_build_script::library::server::{
    ApiError, Attempt, Authenticator, Builder, Credentials, Identity,
};

struct Members;

impl Authenticator for Members {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match attempt.credentials {
            Credentials::Basic { user, password } if password.is("open") => Ok(Identity::new(user)),
            _ => Err(ApiError::unauthorized("Members only.")),
        }
    }
}

fn client(password: &str) -> Client {
    let shelf = Shelf(vec![Book::new("1", "Maps")]);
    let router = Builder::new(Members).books(shelf).build().unwrap();
    Client::builder("http://library")
        .unwrap()
        .basic("ada", password)
        .transport(router)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_book_is_served_and_called() {
    let book = client("open").books().get_book("1").await.unwrap();
    assert_eq!(book.title, "Maps");
    let response = client("open").books().get_book("1").response().await;
    assert!(matches!(response, Ok(get_book::Response::Ok(_))));
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_an_error_of_the_client() {
    for (password, isbn, expected) in [("open", "2", 404), ("shut", "1", 401)] {
        let error = client(password).books().get_book(isbn).await.unwrap_err();
        let refused = error.refused().unwrap();
        assert_eq!(refused.status(), expected, "{error}");
    }
}
