// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use tokio::net::TcpListener;
use volo_thrift::{
    codec::default::{
        DefaultMakeCodec, framed::MakeFramedCodec, thrift::MakeThriftCodec,
        ttheader::MakeTTHeaderCodec,
    },
    server::panic_handler::log_and_return_exception,
};

use crate::{
    AnyError,
    args::Args,
    client,
    handler::{BenchHandler, Handler},
    incoming::UntilStdinEnds,
    volo_gen::{bench::BenchServer, interop::InteropServer},
};

pub async fn run(args: &Args) -> Result<(), AnyError> {
    if !matches!(args.transport.as_str(), "" | "any") {
        client::Transport::parse(&args.transport)?;
    }
    let incoming = listen(args).await?;
    InteropServer::new(Handler::new(args.name.clone()))
        .make_codec(any_codec())
        .layer_front(volo::catch_panic::Layer::new(log_and_return_exception))
        .run(incoming)
        .await
}

pub async fn run_bench(args: &Args) -> Result<(), AnyError> {
    let incoming = listen(args).await?;
    BenchServer::new(BenchHandler)
        .make_codec(any_codec())
        .run(incoming)
        .await
}

/// Volo's default codec, which answers in whatever it was asked in, with larger
/// frames.
fn any_codec() -> DefaultMakeCodec<MakeTTHeaderCodec<MakeFramedCodec<MakeThriftCodec>>> {
    DefaultMakeCodec::new(MakeTTHeaderCodec::new(client::framed_codec()))
}

async fn listen(args: &Args) -> Result<UntilStdinEnds, AnyError> {
    let listener = TcpListener::bind(args.listen_addr()).await?;
    println!("LISTEN {}", listener.local_addr()?);
    Ok(UntilStdinEnds::new(listener, !args.no_stdin))
}
