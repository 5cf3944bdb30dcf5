// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

//! The Volo side of the interoperability tests: a server and a client for
//! idl/interop.thrift, and an echo server and its client for benchmarks.

mod args;
mod bench;
mod cases;
mod checks;
mod client;
mod handler;
mod incoming;
mod sample;
mod server;

/// What volo-build makes of the IDL while the crate is built.
#[allow(clippy::all, unused)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
}
use generated::volo_gen;

const USAGE: &str = "usage:
  interop-rust server [-addr 127.0.0.1:0] [-transport any] [-name NAME] [-no-stdin]
  interop-rust client -addr HOST:PORT -transport buffered|framed|ttheader|ttheader-framed
                      [-case all|NAME[,NAME...]] [-list]
  interop-rust bench-server [-addr 127.0.0.1:0] [-no-stdin]
  interop-rust bench-client -addr HOST:PORT [-transport framed] [-callers 50] [-seconds 2] [-warmup 1]";

/// Whatever ends the program with a message.
type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let result = match (command.as_str(), args::Args::parse(words)) {
        ("server", Ok(args)) => server::run(&args).await,
        ("bench-server", Ok(args)) => server::run_bench(&args).await,
        ("bench-client", Ok(args)) => bench::run(&args).await,
        ("client", Ok(args)) => client::run(&args).await,
        (_, Err(message)) => Err(message.into()),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    };
    if let Err(error) = result {
        eprintln!("interop-rust: {error}");
        std::process::exit(1);
    }
}
