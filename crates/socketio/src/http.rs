//! What requests below `/socket.io/` ask for, and how they are answered.

/// Everything below this path is the wire's. Without the slash at the end it is not.
pub const PATH: &str = "/socket.io/";

/// The content type of a POST that Node refuses: in this version binary travels as base64.
pub const BINARY_CONTENT_TYPE: &str = "application/octet-stream";

/// The parameters of a request's query that mean something. Of repeated ones the last counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// `EIO`, the version of the protocol.
    pub version: Option<&'a str>,
    /// `transport`.
    pub transport: Option<&'a str>,
    /// `sid`, unless it is empty.
    pub sid: Option<&'a str>,
}

impl<'a> Query<'a> {
    /// Reads what follows the `?`. No client escapes these names and values, so no escape is read.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let mut query = Self::default();
        for pair in text.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "EIO" => query.version = Some(value),
                "transport" => query.transport = Some(value),
                "sid" => query.sid = Some(value).filter(|sid| !sid.is_empty()),
                _ => {}
            }
        }
        query
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// A GET that opens a session and is answered with its first packet.
    OpenPolling,
    /// A WebSocket that opens a session.
    OpenSocket,
    /// A GET that waits for packets of a session.
    Poll(&'a str),
    /// A POST with packets for a session.
    Post(&'a str),
    /// A WebSocket that a session may change over to.
    Upgrade(&'a str),
    /// A WebSocket for a transport that is none: accepted and closed at once.
    CloseSocket,
    /// A method that the transport does not know.
    UnknownMethod,
}

/// Finds out what a request is for; `upgrade` tells whether it asks for a WebSocket, and `known`
/// whether there is a session of this id.
///
/// # Errors
/// [`Refusal`], in the order in which Node checks.
pub fn route<'a>(
    method: &str,
    upgrade: bool,
    query: &Query<'a>,
    known: impl FnOnce(&str) -> bool,
) -> Result<Route<'a>, Refusal> {
    let is_socket = match query.transport {
        Some("polling") => false,
        Some("websocket") => true,
        Some(_) | None => return Err(Refusal::UnknownTransport),
    };
    let speaks_version = query.version == Some("4");
    let Some(sid) = query.sid else {
        return match (method, upgrade, is_socket, speaks_version) {
            ("GET", true, false, _) => Ok(Route::CloseSocket),
            ("GET", false, true, _) => Err(Refusal::BadRequest),
            ("GET", _, _, false) => Err(Refusal::UnsupportedVersion),
            ("GET", true, true, true) => Ok(Route::OpenSocket),
            ("GET", false, false, true) => Ok(Route::OpenPolling),
            _ => Err(Refusal::BadHandshakeMethod),
        };
    };
    if !known(sid) {
        return Err(Refusal::UnknownSession);
    }
    match (method, upgrade, is_socket) {
        _ if !speaks_version => Err(Refusal::BadRequest),
        (_, true, true) => Ok(Route::Upgrade(sid)),
        (_, true, false) => Ok(Route::CloseSocket),
        // If the session has a WebSocket, Node never answers this.
        (_, false, true) => Err(Refusal::BadRequest),
        ("GET", false, false) => Ok(Route::Poll(sid)),
        ("POST", false, false) => Ok(Route::Post(sid)),
        (_, false, false) => Ok(Route::UnknownMethod),
    }
}

/// Why a request is refused, by the numbers of Engine.IO. It never uses number 4 by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 0: neither `polling` nor `websocket`.
    #[error("Transport unknown")]
    UnknownTransport,
    /// 1: there is no such session, or no longer.
    #[error("Session ID unknown")]
    UnknownSession,
    /// 2: a session is opened by GET.
    #[error("Bad handshake method")]
    BadHandshakeMethod,
    /// 3: not the transport or the version that the session has.
    #[error("Bad request")]
    BadRequest,
    /// 5: only version 4 is spoken.
    #[error("Unsupported protocol version")]
    UnsupportedVersion,
}

impl Refusal {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::UnknownTransport => 0,
            Self::UnknownSession => 1,
            Self::BadHandshakeMethod => 2,
            Self::BadRequest => 3,
            Self::UnsupportedVersion => 5,
        }
    }

    /// The body for a request; one that asks for a WebSocket gets the bare sentence as
    /// `text/html`.
    #[must_use]
    pub fn body(self) -> String {
        format!(r#"{{"code":{},"message":"{self}"}}"#, self.code())
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// To a poll: the packets.
    Packets(String),
    /// To a POST: taken.
    Taken,
    /// The request itself is wrong.
    Refused(Refusal),
    /// A second request of its kind at the same time, or a POST of bytes: it ends the session.
    Overlap,
    /// The body of a POST is too large.
    TooLarge,
    /// The method is neither GET nor POST.
    UnknownMethod,
    /// None: the connection is cut, because the session ended while the body was on its way.
    Cut,
}

impl Response {
    /// The status; `None` if the connection is to be cut.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Packets(_) | Self::Taken => Some(200),
            Self::Refused(_) | Self::Overlap => Some(400),
            Self::TooLarge => Some(413),
            Self::UnknownMethod => Some(500),
            Self::Cut => None,
        }
    }

    /// The content type; `None` if there is no body.
    #[must_use]
    pub const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::Packets(_) => Some("text/plain; charset=UTF-8"),
            // Not text/plain, for some browsers would offer to store it.
            Self::Taken => Some("text/html"),
            Self::Refused(_) => Some("application/json"),
            Self::Overlap | Self::TooLarge | Self::UnknownMethod | Self::Cut => None,
        }
    }

    /// The header `Cache-Control`, if there is one.
    #[must_use]
    pub const fn cache_control(&self) -> Option<&'static str> {
        match self {
            Self::Packets(_) | Self::Taken => Some("no-store"),
            Self::Refused(_) | Self::Overlap | Self::TooLarge | Self::UnknownMethod | Self::Cut => {
                None
            }
        }
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> String {
        match self {
            Self::Packets(body) => body,
            Self::Taken => "ok".to_owned(),
            Self::Refused(refusal) => refusal.body(),
            Self::Overlap | Self::TooLarge | Self::UnknownMethod | Self::Cut => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server answers that knows the session `s`.
    fn ask(method: &str, upgrade: bool, query: &'static str) -> Result<Route<'static>, Refusal> {
        route(method, upgrade, &Query::parse(query), |sid| sid == "s")
    }

    #[test]
    fn opens_sessions() {
        assert_eq!(
            ask("GET", false, "EIO=4&transport=polling&t=abc"),
            Ok(Route::OpenPolling)
        );
        assert_eq!(
            ask("GET", false, "EIO=4&transport=polling&sid="),
            Ok(Route::OpenPolling)
        );
        assert_eq!(
            ask("GET", true, "EIO=4&transport=websocket"),
            Ok(Route::OpenSocket)
        );
        assert_eq!(
            ask("GET", false, "transport=websocket&transport=polling&EIO=4"),
            Ok(Route::OpenPolling)
        );
    }

    #[test]
    fn finds_the_session() {
        let polling = "EIO=4&transport=polling&sid=s";
        assert_eq!(ask("GET", false, polling), Ok(Route::Poll("s")));
        assert_eq!(ask("POST", false, polling), Ok(Route::Post("s")));
        for method in ["PUT", "OPTIONS", "HEAD"] {
            assert_eq!(ask(method, false, polling), Ok(Route::UnknownMethod));
        }
        assert_eq!(
            ask("GET", true, "EIO=4&transport=websocket&sid=s"),
            Ok(Route::Upgrade("s"))
        );
    }

    #[test]
    fn refuses_in_the_order_of_node() {
        use Refusal::{
            BadHandshakeMethod, BadRequest, UnknownSession, UnknownTransport, UnsupportedVersion,
        };
        for (method, upgrade, query, refusal) in [
            ("GET", false, "", UnknownTransport),
            ("GET", false, "EIO=4", UnknownTransport),
            ("GET", false, "EIO=4&transport=Polling", UnknownTransport),
            ("GET", true, "EIO=4&transport=foo&sid=x", UnknownTransport),
            (
                "GET",
                false,
                "EIO=4&transport=polling&sid=x",
                UnknownSession,
            ),
            (
                "GET",
                true,
                "EIO=3&transport=websocket&sid=x",
                UnknownSession,
            ),
            ("POST", false, "EIO=4&transport=polling", BadHandshakeMethod),
            (
                "OPTIONS",
                false,
                "EIO=4&transport=polling",
                BadHandshakeMethod,
            ),
            (
                "HEAD",
                false,
                "EIO=3&transport=websocket",
                BadHandshakeMethod,
            ),
            ("GET", false, "EIO=3&transport=websocket", BadRequest),
            ("GET", false, "EIO=3&transport=polling&sid=s", BadRequest),
            ("GET", false, "transport=polling&sid=s", BadRequest),
            ("GET", false, "EIO=4&transport=websocket&sid=s", BadRequest),
            ("GET", false, "EIO=3&transport=polling", UnsupportedVersion),
            ("GET", false, "transport=polling", UnsupportedVersion),
            ("GET", true, "EIO=3&transport=websocket", UnsupportedVersion),
        ] {
            assert_eq!(
                ask(method, upgrade, query),
                Err(refusal),
                "{method} {query}"
            );
        }
    }

    #[test]
    fn a_websocket_for_polling_is_accepted_and_closed() {
        for query in ["EIO=4&transport=polling", "EIO=4&transport=polling&sid=s"] {
            assert_eq!(ask("GET", true, query), Ok(Route::CloseSocket));
        }
    }

    #[test]
    fn refusals_are_written_as_node_writes_them() {
        for (refusal, body) in [
            (
                Refusal::UnknownTransport,
                r#"{"code":0,"message":"Transport unknown"}"#,
            ),
            (
                Refusal::UnknownSession,
                r#"{"code":1,"message":"Session ID unknown"}"#,
            ),
            (
                Refusal::BadHandshakeMethod,
                r#"{"code":2,"message":"Bad handshake method"}"#,
            ),
            (Refusal::BadRequest, r#"{"code":3,"message":"Bad request"}"#),
            (
                Refusal::UnsupportedVersion,
                r#"{"code":5,"message":"Unsupported protocol version"}"#,
            ),
        ] {
            assert_eq!(refusal.body(), body);
        }
    }

    #[test]
    fn answers_have_the_headers_of_node() {
        let plain = Some("text/plain; charset=UTF-8");
        let json = Some("application/json");
        for (response, status, content_type, cache, body) in [
            (
                Response::Packets("6".into()),
                Some(200),
                plain,
                Some("no-store"),
                "6",
            ),
            (
                Response::Taken,
                Some(200),
                Some("text/html"),
                Some("no-store"),
                "ok",
            ),
            (
                Response::Refused(Refusal::BadRequest),
                Some(400),
                json,
                None,
                r#"{"code":3,"message":"Bad request"}"#,
            ),
            (Response::Overlap, Some(400), None, None, ""),
            (Response::TooLarge, Some(413), None, None, ""),
            (Response::UnknownMethod, Some(500), None, None, ""),
            (Response::Cut, None, None, None, ""),
        ] {
            assert_eq!(response.status(), status);
            assert_eq!(response.content_type(), content_type);
            assert_eq!(response.cache_control(), cache);
            assert_eq!(response.into_body(), body);
        }
    }
}
