//! Where the server is: origin and base path. Knows nothing of operations.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Scheme};

/// Scheme, host and port, with the path that all of Kibana's paths stand below.
#[derive(Clone, PartialEq)]
pub(super) struct Base {
    scheme: Scheme,
    authority: Authority,
    path: String,
}

impl Base {
    /// Reads a URL such as `https://localhost:5601/base`; or says what is wrong with it.
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        let uri: Uri = url.trim().parse().map_err(|_| "it is no URL")?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err("it must begin with `https://` or `http://` and a host");
        };
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err("its scheme must be `https` or `http`");
        }
        if authority.as_str().contains('@') {
            return Err("credentials do not belong there: give them to the builder");
        }
        if authority.host().is_empty() {
            return Err("it has no host");
        }
        let path = parts.path_and_query;
        if path.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err("it must not have a query");
        }
        let path = path.map_or_else(String::new, |path| {
            path.path().trim_end_matches('/').to_owned()
        });
        Ok(Self {
            scheme,
            authority,
            path,
        })
    }

    /// Scheme, host and port.
    #[cfg(feature = "reqwest")]
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// A path below the base path.
    pub(super) fn below(&self, path: String) -> String {
        match self.path.is_empty() {
            true => path,
            false => format!("{}{path}", self.path),
        }
    }

    /// The address of a path and query on this server.
    pub(super) fn at(&self, path_and_query: String) -> Option<Uri> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path_and_query)
            .build()
            .ok()
    }

    /// Where a `Location` leads from an address of this server; `None` when it leads to another one.
    pub(super) fn follow(&self, from: &Uri, location: &str) -> Option<Uri> {
        let location = location.split('#').next().unwrap_or_default();
        if location.starts_with("//") {
            let scheme = &self.scheme;
            return self.own(format!("{scheme}:{location}").parse().ok()?);
        }
        if location.starts_with('/') {
            return self.at(location.to_owned());
        }
        if location.starts_with('?') {
            return self.at(format!("{}{location}", from.path()));
        }
        let has_scheme = location
            .split(['/', '?'])
            .next()
            .is_some_and(|start| start.contains(':'));
        if has_scheme {
            return self.own(location.parse().ok()?);
        }
        let folder = from.path().rfind('/').map_or("/", |at| &from.path()[..=at]);
        self.at(format!("{folder}{location}"))
    }

    fn own(&self, uri: Uri) -> Option<Uri> {
        let port = |scheme: &Scheme, authority: &Authority| {
            let default = if *scheme == Scheme::HTTPS { 443 } else { 80 };
            authority.port_u16().unwrap_or(default)
        };
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        let same = *scheme == self.scheme
            && authority.host().eq_ignore_ascii_case(self.authority.host())
            && port(scheme, authority) == port(&self.scheme, &self.authority)
            && !authority.as_str().contains('@');
        same.then_some(uri)
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_of_a_server_is_refused_with_its_reason() {
        let refused = |url| Base::parse(url).err().unwrap();
        assert!(refused("localhost:5601").contains("must begin with"));
        assert!(refused("ftp://kibana").contains("scheme"));
        assert!(refused("https://elastic:secret@kibana").contains("credentials"));
        assert!(refused("https://kibana/?space=a").contains("query"));
        assert!(refused("").contains("no URL"));
    }

    #[test]
    fn paths_stand_below_the_base_path() {
        let shown = |url| {
            let base = Base::parse(url).unwrap();
            base.at(base.below("/api/status?v8format=true".to_owned()))
                .unwrap()
                .to_string()
        };
        assert_eq!(
            shown("https://kibana:5601/base/"),
            "https://kibana:5601/base/api/status?v8format=true"
        );
        assert_eq!(
            shown("http://kibana"),
            "http://kibana/api/status?v8format=true"
        );
    }

    #[test]
    fn only_locations_of_the_same_server_are_followed() {
        let base = Base::parse("https://kibana/base").unwrap();
        let from = base.at(base.below("/api/a/b?x=1".to_owned())).unwrap();
        let follow = |location| base.follow(&from, location).map(|uri| uri.to_string());
        let there = |path: &str| Some(format!("https://kibana{path}"));
        assert_eq!(follow("/elsewhere"), there("/elsewhere"));
        assert_eq!(follow("c#fragment"), there("/base/api/a/c"));
        assert_eq!(follow("?x=2"), there("/base/api/a/b?x=2"));
        assert_eq!(
            follow("https://KIBANA:443/c"),
            Some("https://KIBANA:443/c".to_owned())
        );
        assert_eq!(follow("//kibana/c"), there("/c"));
        for other in [
            "https://evil/c",
            "//evil/c",
            "http://kibana/c",
            "https://kibana:444/c",
            "https://kibana@evil/c",
            "https://user@kibana/c",
            "javascript:alert(1)",
        ] {
            assert_eq!(follow(other), None, "{other}");
        }
    }
}
