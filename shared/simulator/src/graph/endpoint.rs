//! The endpoints that notifications may be sent to.

use super::errors::GraphErrorResponse;
use reqwest::Url;

/// A URL as it was written: https, or http to this machine.
pub(super) fn endpoint(text: &str) -> Result<String, GraphErrorResponse> {
    let refused = || {
        GraphErrorResponse::invalid(
            "The notification endpoint must be https (or http on this machine).",
        )
    };
    let url = Url::parse(text).map_err(|_| refused())?;
    if is_allowed(&url) {
        Ok(text.to_owned())
    } else {
        Err(refused())
    }
}

/// True if notifications may be sent there: https, or http to a loopback host.
pub fn is_allowed(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let loopback =
        matches!(host, "127.0.0.1" | "[::1]" | "localhost") || host.ends_with(".localhost");
    match url.scheme() {
        "https" => !host.is_empty(),
        "http" => loopback,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_only_on_this_machine() {
        for (url, allowed) in [
            ("https://hook.example/graph?code=1", true),
            ("https://hook.example:8443/", true),
            ("http://127.0.0.1:3000/", true),
            ("http://localhost:3000/", true),
            ("http://abc.execute-api.localhost:4566/hook", true),
            ("http://[::1]:3000/", true),
            ("http://hook.example/", false),
            ("http://10.0.0.1/", false),
            ("http://localhost.hook.example/", false),
            ("http://127.0.0.1.hook.example/", false),
            ("http://hook.example@127.0.0.2/", false),
            ("ftp://127.0.0.1/", false),
            ("EventHub:https://ns.servicebus.windows.net", false),
            ("/relative", false),
            ("", false),
        ] {
            assert_eq!(endpoint(url).is_ok(), allowed, "{url}");
        }
    }
}
