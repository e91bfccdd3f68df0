//! The `heliograph` command as an operator runs it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

/// The command, with nothing of this machine's settings.
fn heliograph(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heliograph"));
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HELIOGRAPH_") {
            command.env_remove(name);
        }
    }
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_default_settings_are_on_file() {
    let printed = stdout(&heliograph(&["config", "--default"]).output().unwrap());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/default.toml");
    let on_file = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        on_file, printed,
        "run: cargo run -p server -- config --default > config/default.toml"
    );
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let settings = "[http]\nlisten = \"127.0.0.1:1\"\nallow_origins = [\"https://a.example\"]\n\
                    trusted_proxies = []\n\
                    [limits]\nmessages_per_second = 1\nbytes_per_second = 2\n\
                    connections_per_address = 3\n[socketio]\nstrict_rooms = false\n\
                    [ice]\nservers = [\"stun:a.example\"]\n[log]\nfilter = \"error\"\n";
    std::fs::write(file.path(), settings).unwrap();
    let effective = heliograph(&["config", "--listen", "127.0.0.1:3"])
        .args([
            "--ice-server",
            "turn:b.example,me,s,ecret",
            "--ice-server",
            "stun:c.example",
            "--connections-per-address",
            "30",
        ])
        .env("HELIOGRAPH_CONFIG", file.path())
        .env("HELIOGRAPH_LISTEN", "127.0.0.1:2")
        .env("HELIOGRAPH_BYTES_PER_SECOND", "20")
        .env("HELIOGRAPH_CONNECTIONS_PER_ADDRESS", "20")
        .env("HELIOGRAPH_TRUSTED_PROXY", "10.0.0.0/8 ::1")
        .env(
            "HELIOGRAPH_ALLOW_ORIGIN",
            "https://b.example  http://c.example:8080",
        )
        .output()
        .unwrap();
    let printed = stdout(&effective);
    for line in [
        "listen = \"127.0.0.1:3\"",
        "allow_origins = [\"https://b.example\", \"http://c.example:8080\"]",
        "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]",
        "messages_per_second = 1",
        "bytes_per_second = 20",
        "connections_per_address = 30",
        "strict_rooms = false",
        "servers = [\"turn:b.example,me,s,ecret\", \"stun:c.example\"]",
        "filter = \"error\"",
    ] {
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line}\n{printed}"
        );
    }
    std::fs::write(file.path(), &printed).unwrap();
    let again = heliograph(&["config", "--config"])
        .arg(file.path())
        .output()
        .unwrap();
    assert_eq!(stdout(&again), printed);
}

#[test]
fn a_setting_that_cannot_be_used_is_named_with_its_source_and_the_fix() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().display().to_string();
    let from_file = |settings: &str, named: &[&str]| {
        std::fs::write(file.path(), settings).unwrap();
        refused(&mut heliograph(&["--config", &path]), named);
    };
    from_file("[http]\nport = 1\n", &["port", &path, "config --default"]);
    from_file("[http]\nlisten = 3000\n", &["listen", &path]);
    from_file(
        "[http]\nlisten = \"x\"\n",
        &["http.listen", &path, "127.0.0.1:3000"],
    );
    from_file("[ice", &[&path]);
    from_file(
        "[limits]\nmessages_per_second = \"32\"\n",
        &["messages_per_second", &path],
    );
    from_file(
        "[limits]\nmessages_per_second = -1\n",
        &[
            "limits.messages_per_second",
            &path,
            "\"-1\"",
            "whole number",
        ],
    );
    from_file("[socketio]\nstrict_rooms = 1\n", &["strict_rooms", &path]);
    refused(
        &mut heliograph(&["--config", "/nowhere.toml"]),
        &["/nowhere.toml"],
    );
    refused(
        &mut heliograph(&["serve", "--listen", "localhost"]),
        &[
            "http.listen",
            "the flag --listen",
            "\"localhost\"",
            "127.0.0.1:3000",
        ],
    );
    refused(
        heliograph(&[]).env("HELIOGRAPH_ICE_SERVER", "turn:a.example"),
        &[
            "ice.servers",
            "the variable HELIOGRAPH_ICE_SERVER",
            "turn:host:port,username",
        ],
    );
    refused(
        heliograph(&[]).env("HELIOGRAPH_ALLOW_ORIGIN", "example.org"),
        &[
            "http.allow_origins",
            "HELIOGRAPH_ALLOW_ORIGIN",
            "https://example.org",
        ],
    );
    refused(
        heliograph(&[]).env("HELIOGRAPH_LOG", "server=loud"),
        &["log.filter"],
    );
    refused(&mut heliograph(&["--media-port", "1"]), &["--media-port"]);
}

#[test]
fn a_limit_or_a_proxy_that_is_none_is_refused() {
    for (arguments, named) in [
        (
            ["--messages-per-second", "0"],
            ["limits.messages_per_second", "\"0\""],
        ),
        (
            ["--bytes-per-second", "-1"],
            ["limits.bytes_per_second", "\"-1\""],
        ),
        (
            ["--connections-per-address", "many"],
            ["limits.connections_per_address", "\"many\""],
        ),
        (
            ["--strict-rooms", "maybe"],
            ["socketio.strict_rooms", "true or false"],
        ),
        (
            ["--trusted-proxy", "10.0.0.1/8"],
            ["http.trusted_proxies", "10.0.0.0/8"],
        ),
    ] {
        refused(&mut heliograph(&arguments), &named);
    }
}

fn refused(command: &mut Command, named: &[&str]) {
    let output = command.output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(64), "{stderr}");
    for name in named {
        assert!(stderr.contains(name), "{name} is not in:\n{stderr}");
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = heliograph(&["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&address), "{}", stderr(&output));
    assert!(stderr(&output).contains("--listen"));
    let reason = "ddress already in use";
    assert_eq!(
        stderr(&output).matches(reason).count(),
        1,
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let output = heliograph(&["config"])
        .env("HELIOGRAPH_LISTEN", "")
        .env("HELIOGRAPH_CONFIG", "")
        .env("HELIOGRAPH_LOG", " ")
        .env("HELIOGRAPH_MESSAGES_PER_SECOND", "")
        .output()
        .unwrap();
    let defaults = heliograph(&["config", "--default"]).output().unwrap();
    assert_eq!(stdout(&output), stdout(&defaults), "{}", stderr(&output));
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = heliograph(&["config"]).stdout(writer).output().unwrap();
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(0), "")
    );
}

#[test]
fn a_level_is_one_that_there_is() {
    let effective = heliograph(&["config", "--log", "warning"])
        .output()
        .unwrap();
    assert!(stdout(&effective).contains("filter = \"warn\""));
    refused(
        &mut heliograph(&["--log", "loud"]),
        &["log.filter", "\"loud\""],
    );
}

#[cfg(unix)]
#[test]
fn a_server_prints_its_address_and_stops_when_told_to() {
    for signal in ["TERM", "INT"] {
        let mut server = heliograph(&["--listen", "127.0.0.1:0", "--drain-seconds", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line
            .strip_prefix("Heliograph is at http://localhost:")
            .unwrap();
        let port: u16 = address.parse().unwrap();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        let id = server.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(server.wait().unwrap().code(), Some(0), "{signal}");
        assert!(lines.next().is_none(), "the address is the last line");
    }
}

/// The first line of the answer to a probe.
#[cfg(unix)]
fn probe(port: u16) -> String {
    use std::io::Write as _;
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    BufReader::new(stream).lines().next().unwrap().unwrap()
}

#[cfg(unix)]
#[test]
fn a_server_that_stops_says_so_while_it_still_listens_and_a_second_signal_ends_that() {
    let mut server = heliograph(&["--listen", "127.0.0.1:0", "--drain-seconds", "600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let port: u16 = line.rsplit(':').next().unwrap().parse().unwrap();
    let tell = |server: &std::process::Child| {
        let id = server.id().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(told.unwrap().success());
    };
    assert_eq!(probe(port), "HTTP/1.1 200 OK");
    tell(&server);
    while probe(port) != "HTTP/1.1 503 Service Unavailable" {
        std::thread::yield_now();
    }
    tell(&server);
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
