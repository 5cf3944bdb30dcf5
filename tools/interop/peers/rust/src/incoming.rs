// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::io;

use tokio::{io::AsyncReadExt, net::TcpListener};
use volo::net::{
    conn::Conn,
    incoming::{Incoming, MakeIncoming},
};

/// Accepts connections until standard input ends, so that a test's server does
/// not outlive the test. Volo takes the end for a graceful stop, as SIGTERM.
#[derive(Debug)]
pub struct UntilStdinEnds {
    listener: TcpListener,
    watch_stdin: bool,
}

impl UntilStdinEnds {
    pub fn new(listener: TcpListener, watch_stdin: bool) -> Self {
        Self {
            listener,
            watch_stdin,
        }
    }
}

impl MakeIncoming for UntilStdinEnds {
    type Incoming = Self;

    async fn make_incoming(self) -> io::Result<Self> {
        Ok(self)
    }
}

impl Incoming for UntilStdinEnds {
    async fn accept(&mut self) -> io::Result<Option<Conn>> {
        tokio::select! {
            accepted = self.listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                Ok(Some(Conn::from(stream)))
            }
            () = stdin_ends(), if self.watch_stdin => Ok(None),
        }
    }
}

async fn stdin_ends() {
    let mut stdin = tokio::io::stdin();
    let mut sink = [0; 1024];
    while !matches!(stdin.read(&mut sink).await, Ok(0) | Err(_)) {}
}
