// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use metainfo::{Backward, Forward};
use pilota::{AHashMap, Bytes, FastStr};
use volo_thrift::{
    ApplicationException, ApplicationExceptionKind, BizError, MaybeException, ServerError,
};

use crate::volo_gen::{
    bench::Bench,
    interop::{AllTypes, Denied, EvolvedV1, Interop, InteropFailException, NotFound},
};

pub struct Handler {
    name: FastStr,
    fired: AtomicI64,
}

impl Handler {
    pub fn new(name: String) -> Self {
        Self {
            name: name.into(),
            fired: AtomicI64::new(0),
        }
    }
}

fn internal(message: &'static str) -> ServerError {
    ApplicationException::new(ApplicationExceptionKind::INTERNAL_ERROR, message).into()
}

impl Interop for Handler {
    async fn whoami(&self) -> Result<FastStr, ServerError> {
        Ok(self.name.clone())
    }

    async fn echo_all(&self, v: AllTypes) -> Result<AllTypes, ServerError> {
        Ok(v)
    }

    async fn echo(&self, s: FastStr) -> Result<FastStr, ServerError> {
        Ok(s)
    }

    async fn echo_binary(&self, b: Bytes) -> Result<Bytes, ServerError> {
        Ok(b)
    }

    async fn ping(&self) -> Result<(), ServerError> {
        Ok(())
    }

    async fn fire(&self, _s: FastStr) -> Result<(), ServerError> {
        self.fired.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn fired(&self) -> Result<i64, ServerError> {
        Ok(self.fired.load(Ordering::SeqCst))
    }

    async fn add(&self, a: i64, b: i64) -> Result<i64, ServerError> {
        Ok(a.wrapping_add(b))
    }

    async fn fail(
        &self,
        how: i32,
    ) -> Result<MaybeException<FastStr, InteropFailException>, ServerError> {
        match how {
            1 => Ok(MaybeException::Exception(InteropFailException::Nf(
                NotFound {
                    message: Some("not found".into()),
                    id: Some(404),
                },
            ))),
            2 => Ok(MaybeException::Exception(InteropFailException::D(Denied {
                reason: Some("denied".into()),
                missing: Some(vec!["read".into(), "write".into()]),
            }))),
            3 => Err(internal("boom")),
            4 => panic!("told to panic"),
            5 => {
                let extra = AHashMap::from_iter([("k".into(), "v".into())]);
                Err(BizError::with_extra(404, "nf".into(), extra).into())
            }
            _ => Ok(MaybeException::Ok("ok".into())),
        }
    }

    async fn slow(&self, ms: i64) -> Result<FastStr, ServerError> {
        tokio::time::sleep(Duration::from_millis(ms.max(0).unsigned_abs())).await;
        Ok(format!("slept {ms}").into())
    }

    /// Without "caller" and "method", which Volo does not show to a handler, and
    /// without a second hop.
    async fn meta(&self, downstream: FastStr) -> Result<AHashMap<FastStr, FastStr>, ServerError> {
        if !downstream.is_empty() {
            return Err(internal("this peer calls no other server"));
        }
        metainfo::METAINFO.with(|info| {
            let mut info = info.borrow_mut();
            let mut seen = AHashMap::new();
            seen.insert("server".into(), self.name.clone());
            // What its sender calls transient is "upstream" once it has arrived.
            for (k, v) in info.get_all_upstreams().into_iter().flatten() {
                seen.insert(format!("transient:{k}").into(), v.clone());
            }
            for (k, v) in info.get_all_persistents().into_iter().flatten() {
                seen.insert(format!("persistent:{k}").into(), v.clone());
            }
            info.set_backward_transient("back", self.name.clone());
            Ok(seen)
        })
    }

    async fn evolve_old(&self, v: EvolvedV1) -> Result<EvolvedV1, ServerError> {
        Ok(EvolvedV1 {
            name: Some(format!("{}/v1", v.name.unwrap_or_default()).into()),
            count: Some(v.count.unwrap_or_default() + 1),
            note: v.note,
        })
    }
}

pub struct BenchHandler;

impl Bench for BenchHandler {
    async fn echo(&self, s: FastStr) -> Result<FastStr, ServerError> {
        Ok(s)
    }

    async fn echo_binary(&self, b: Bytes) -> Result<Bytes, ServerError> {
        Ok(b)
    }
}
