//! A server that answers byte by byte as told, and a reader of resources towards it.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use teamwire_graph::{AccessTokens, AppCredentials, ReadFault, ResourceReader, ServiceEndpoints};
use teamwire_graph::{endpoints, http, resource_reader::READ_TIMEOUT};
use teamwire_payload::{ResourcePath, ResourceRef, cloud::MicrosoftCloud};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
pub(crate) const OTHER_TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a94";
pub(crate) const RESOURCE: &str = r#"{"etag":"1","id":"1"}"#;

/// The reaction of a server to one request.
pub(crate) enum Act {
    /// It says this and closes.
    Say(Vec<u8>),
    /// It says this a byte at a time.
    Drip(Vec<u8>),
    /// It says this and resets the connection.
    Reset(Vec<u8>),
    /// It says this and then sends chunks for as long as they are taken.
    Flood(Vec<u8>),
    /// It reads the request and says nothing more.
    Silence,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Method, target and version.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_for_a_token(&self) -> bool {
        self.line.starts_with("POST ")
    }
}

/// Both Entra and Graph.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers every request by `act`.
    pub(crate) async fn start(act: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, act) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::new(act));
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (log, act) = (Arc::clone(&log), Arc::clone(&act));
                tokio::spawn(async move {
                    let Some(request) = read(&mut stream).await else {
                        return;
                    };
                    log.lock().unwrap().push(request.clone());
                    perform(act(&request), stream).await;
                });
            }
        });
        Self { url, seen }
    }

    /// Gives tokens `t1`, `t2`, .. and answers reads by `act`.
    pub(crate) async fn graph(act: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        let given = Mutex::new(0);
        Self::start(move |request| {
            if !request.is_for_a_token() {
                return act(request);
            }
            let mut given = given.lock().unwrap();
            *given += 1;
            token(&format!("t{given}"), 3600)
        })
        .await
    }

    /// The requests for tokens.
    pub(crate) fn token_requests(&self) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(Seen::is_for_a_token)
            .collect()
    }

    /// The other requests.
    pub(crate) fn reads(&self) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|request| !request.is_for_a_token())
            .collect()
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A reader with the real timeout.
    pub(crate) fn reader(&self) -> ResourceReader {
        self.reader_within(READ_TIMEOUT)
    }

    pub(crate) fn reader_within(&self, timeout: Duration) -> ResourceReader {
        reader(&self.url, &self.url, timeout)
    }
}

/// A reader with credentials for every tenant.
pub(crate) fn reader(entra: &str, graph: &str, timeout: Duration) -> ResourceReader {
    let credentials = r#"{"*":{"clientId":"app","clientSecret":"s/e+c r&e=t"}}"#;
    reader_with(entra, graph, timeout, credentials)
}

pub(crate) fn reader_with(
    entra: &str,
    graph: &str,
    timeout: Duration,
    credentials: &str,
) -> ResourceReader {
    let root = |url| Some(endpoints::root(url).unwrap());
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, root(entra), root(graph));
    let http = http::client(timeout).unwrap();
    let credentials = AppCredentials::parse(credentials).unwrap();
    let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
    ResourceReader::new(http, &endpoints, tokens)
}

/// Reads one chat message.
pub(crate) async fn read_one(reader: &ResourceReader) -> Result<String, ReadFault> {
    read_for(reader, TENANT).await
}

pub(crate) async fn read_for(reader: &ResourceReader, tenant: &str) -> Result<String, ReadFault> {
    read_in(reader, tenant, "chats('a')").await
}

/// Reads one message of a conversation.
pub(crate) async fn read_in(
    reader: &ResourceReader,
    tenant: &str,
    conversation: &str,
) -> Result<String, ReadFault> {
    let message = path(&format!("{conversation}/messages('1')"));
    let get = message.get().unwrap();
    reader.read(&tenant.parse().unwrap(), &get).await
}

/// Reads one message of each of `count` chats, all at once.
pub(crate) async fn read_at_once(
    reader: ResourceReader,
    count: usize,
) -> Vec<Result<String, ReadFault>> {
    let (reader, mut reads) = (Arc::new(reader), JoinSet::new());
    for chat in 0..count {
        let reader = Arc::clone(&reader);
        reads.spawn(async move { read_in(&reader, TENANT, &format!("chats('{chat}')")).await });
    }
    reads.join_all().await
}

pub(crate) fn path(text: &str) -> ResourcePath {
    match ResourceRef::parse(text).unwrap() {
        ResourceRef::Teams(path) => path,
        ResourceRef::Foreign(path) => panic!("{} is not of Teams", path.canonical()),
    }
}

/// A whole answer; `headers` are lines.
pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> Act {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    Act::Say(
        format!(
            "HTTP/1.1 {status} Status\r\n{headers}content-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

/// Entra's answer to a request for a token.
pub(crate) fn token(token: &str, expires_in: u64) -> Act {
    let body = serde_json::json!({
        "token_type": "Bearer",
        "expires_in": expires_in,
        "access_token": token,
    });
    answer(200, &["content-type: application/json"], &body.to_string())
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        stream
            .read_buf(&mut bytes)
            .await
            .ok()
            .filter(|read| *read > 0)?;
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head + 4 + length {
        stream
            .read_buf(&mut bytes)
            .await
            .ok()
            .filter(|read| *read > 0)?;
    }
    let body = String::from_utf8(bytes[head + 4..].to_vec()).ok()?;
    Some(Seen {
        line,
        headers,
        body,
    })
}

/// A peer that has gone away is no fault of the server's.
async fn perform(act: Act, mut stream: TcpStream) {
    match act {
        Act::Say(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
        }
        Act::Drip(bytes) => {
            for byte in bytes {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        Act::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.set_zero_linger();
        }
        Act::Flood(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
        }
        Act::Silence => {
            let _ = stream.read(&mut [0; 1]).await;
        }
    }
}
