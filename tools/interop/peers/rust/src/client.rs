// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use volo_thrift::codec::default::{
    DefaultMakeCodec, framed::MakeFramedCodec, thrift::MakeThriftCodec, ttheader::MakeTTHeaderCodec,
};

use crate::{
    AnyError,
    args::Args,
    cases::{self, Case},
    volo_gen::{
        bench::{BenchClient, BenchClientBuilder},
        evolved::{EvolvedClient, EvolvedClientBuilder},
        interop::{InteropClient, InteropClientBuilder},
    },
};

/// Ends a call that a broken peer never answers.
const CALL_LIMIT: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Buffered,
    Framed,
    TTHeader,
    TTHeaderFramed,
}

impl Transport {
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "buffered" => Ok(Self::Buffered),
            "" | "framed" => Ok(Self::Framed),
            "ttheader" => Ok(Self::TTHeader),
            "ttheader-framed" => Ok(Self::TTHeaderFramed),
            _ => Err(format!("unknown transport {name}")),
        }
    }

    pub fn has_ttheader(self) -> bool {
        matches!(self, Self::TTHeader | Self::TTHeaderFramed)
    }
}

/// What a case may use.
pub struct Run {
    pub client: InteropClient,
    pub evolved: EvolvedClient,
}

/// A frame may be larger than Volo's default of 16 MiB, which leaves no room for
/// the rest of a message with 16 MiB of data.
pub fn framed_codec() -> MakeFramedCodec<MakeThriftCodec> {
    MakeFramedCodec::new(MakeThriftCodec::default()).with_max_frame_size(64 << 20)
}

/// A client over the transport; each codec makes another type of the builder.
macro_rules! connect {
    ($builder:ident, $transport:expr, $addr:expr, $limit:expr) => {{
        let builder = $builder::new("interop")
            .caller_name("interop-rust-client")
            .rpc_timeout($limit)
            .enable_biz_error(true)
            .address($addr);
        match $transport {
            Transport::Buffered => builder.make_codec(DefaultMakeCodec::buffered()).build(),
            Transport::Framed => builder
                .make_codec(DefaultMakeCodec::new(framed_codec()))
                .build(),
            Transport::TTHeader => builder
                .make_codec(DefaultMakeCodec::new(MakeTTHeaderCodec::new(
                    MakeThriftCodec::default(),
                )))
                .build(),
            Transport::TTHeaderFramed => builder
                .make_codec(DefaultMakeCodec::new(
                    MakeTTHeaderCodec::new(framed_codec()),
                ))
                .build(),
        }
    }};
}

pub async fn run(args: &Args) -> Result<(), AnyError> {
    let transport = Transport::parse(&args.transport)?;
    let chosen = choose(transport, &args.cases)?;
    if args.list {
        for case in chosen {
            println!("{}", case.name());
        }
        return Ok(());
    }
    let addr: SocketAddr = args
        .addr
        .parse()
        .map_err(|_| "client needs -addr HOST:PORT")?;
    let run = Run {
        client: connect!(InteropClientBuilder, transport, addr, Some(CALL_LIMIT)),
        evolved: connect!(EvolvedClientBuilder, transport, addr, Some(CALL_LIMIT)),
    };
    let mut failed = 0;
    for case in &chosen {
        // Volo writes and reads metainfo in a scope of the caller's.
        let start = Instant::now();
        let outcome = metainfo::METAINFO
            .scope(Default::default(), case.check(&run))
            .await;
        let ms = start.elapsed().as_millis();
        let name = case.name();
        match outcome {
            Ok(()) => println!(r#"{{"case":"{name}","ok":true,"ms":{ms}}}"#),
            Err(error) => {
                failed += 1;
                let error = sonic_rs::to_string(&error)?;
                println!(r#"{{"case":"{name}","ok":false,"error":{error},"ms":{ms}}}"#);
            }
        }
    }
    if failed > 0 {
        return Err(format!("{failed} of {} cases failed", chosen.len()).into());
    }
    Ok(())
}

/// A client without a limit, as Kitex's is by default.
pub fn bench_client(transport: Transport, addr: SocketAddr) -> BenchClient {
    connect!(BenchClientBuilder, transport, addr, None)
}

fn choose(transport: Transport, names: &str) -> Result<Vec<Case>, String> {
    if names == "all" {
        return Ok(cases::ALL
            .iter()
            .copied()
            .filter(|case| case.fits(transport))
            .collect());
    }
    names
        .split(',')
        .map(|name| {
            let case = cases::ALL.iter().copied().find(|case| case.name() == name);
            match case {
                Some(case) if case.fits(transport) => Ok(case),
                Some(_) => Err(format!("only TTHeader carries what {name} checks")),
                None => Err(format!("unknown case {name}")),
            }
        })
        .collect()
}
