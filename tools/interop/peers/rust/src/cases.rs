// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use pilota::Bytes;

use crate::{
    checks::*,
    client::{Run, Transport},
    sample,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Case {
    AllTypes,
    Echo,
    Binary16Mib,
    Void,
    Inherited,
    Oneway,
    MultiArg,
    Exceptions,
    PlainError,
    Panic,
    BizError,
    Timeout,
    Metainfo,
    Concurrent1000,
    Evolve,
}

pub const ALL: [Case; 15] = [
    Case::AllTypes,
    Case::Echo,
    Case::Binary16Mib,
    Case::Void,
    Case::Inherited,
    Case::Oneway,
    Case::MultiArg,
    Case::Exceptions,
    Case::PlainError,
    Case::Panic,
    Case::BizError,
    Case::Timeout,
    Case::Metainfo,
    Case::Concurrent1000,
    Case::Evolve,
];

impl Case {
    pub fn name(self) -> &'static str {
        match self {
            Self::AllTypes => "all-types",
            Self::Echo => "echo",
            Self::Binary16Mib => "binary-16mib",
            Self::Void => "void",
            Self::Inherited => "inherited",
            Self::Oneway => "oneway",
            Self::MultiArg => "multi-arg",
            Self::Exceptions => "exceptions",
            Self::PlainError => "plain-error",
            Self::Panic => "panic",
            Self::BizError => "biz-error",
            Self::Timeout => "timeout",
            Self::Metainfo => "metainfo",
            Self::Concurrent1000 => "concurrent-1000",
            Self::Evolve => "evolve",
        }
    }

    pub fn fits(self, transport: Transport) -> bool {
        transport.has_ttheader() || !matches!(self, Self::BizError | Self::Metainfo)
    }

    pub async fn check(self, run: &Run) -> Outcome {
        match self {
            Self::AllTypes => {
                let got = run.client.echo_all(sample::full()).await.map_err(text)?;
                want("echoAll", got, sample::full())
            }
            Self::Echo => echo(run).await,
            Self::Binary16Mib => {
                let sent = Bytes::from_iter((0..16u32 << 20).map(|i| (i * 31 >> 3) as u8));
                let got = run.client.echo_binary(sent.clone()).await.map_err(text)?;
                want("the bytes are the same", got == sent, true)
            }
            Self::Void => run.client.ping().await.map_err(text),
            Self::Inherited => {
                let name = run.client.whoami().await.map_err(text)?;
                want("whoami is empty", name.is_empty(), false)
            }
            Self::Oneway => oneway(run).await,
            Self::MultiArg => multi_arg(run).await,
            Self::Exceptions => exceptions(run).await,
            Self::PlainError => internal_error(run, 3)
                .await
                .and_then(|m| want("boom in message", m.contains("boom"), true)),
            Self::Panic => {
                internal_error(run, 4).await?;
                run.client.ping().await.map_err(text)
            }
            Self::BizError => biz_error(run).await,
            Self::Timeout => timeout(run).await,
            Self::Metainfo => meta(run).await,
            Self::Concurrent1000 => concurrent(run).await,
            Self::Evolve => evolve(run).await,
        }
    }
}
