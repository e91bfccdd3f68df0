//! A WebSocket echo for conformance suites: `cargo make autobahn` runs one against it.

mod route;

use std::io::Write as _;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    writeln!(std::io::stdout(), "ws://{address}/")?;
    route::serve(listener).await
}
