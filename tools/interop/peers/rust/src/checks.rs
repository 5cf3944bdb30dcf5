// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

use metainfo::{Backward, Forward};
use pilota::{AHashMap, FastStr};
use volo_thrift::{ApplicationExceptionKind, ClientError, MaybeException, client::CallOpt};

use crate::{
    client::Run,
    volo_gen::{
        evolved::{EvolvedPart, EvolvedV2},
        interop::{Denied, EvolvedV1, InteropFailException, NotFound},
    },
};

/// Why a case failed.
pub type Outcome = Result<(), String>;

pub fn text(error: impl ToString) -> String {
    error.to_string()
}

pub fn want<T: PartialEq + Debug>(what: &str, got: T, wanted: T) -> Outcome {
    if got == wanted {
        return Ok(());
    }
    let shorten = |v: T| format!("{v:?}").chars().take(2000).collect::<String>();
    Err(format!(
        "{what}: got {}, want {}",
        shorten(got),
        shorten(wanted)
    ))
}

pub async fn echo(run: &Run) -> Outcome {
    let long = "x".repeat(70000);
    for s in ["", "hello", "naïve 日本 😀", "nul\0inside", &long] {
        let got = run.client.echo(FastStr::new(s)).await.map_err(text)?;
        want("echo", got.as_str(), s)?;
    }
    Ok(())
}

pub async fn oneway(run: &Run) -> Outcome {
    let before = run.client.fired().await.map_err(text)?;
    for _ in 0..3 {
        run.client.fire("bang".into()).await.map_err(text)?;
    }
    // No reply says when the calls have been handled.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if run.client.fired().await.map_err(text)? >= before + 3 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("the calls did not arrive in 20 s".into())
}

pub async fn multi_arg(run: &Run) -> Outcome {
    for (a, b) in [(2, 3), (1 << 53, 1), (i64::MAX, 1), (i64::MIN, i64::MAX)] {
        let got = run.client.add(a, b).await.map_err(text)?;
        want("sum", got, a.wrapping_add(b))?;
    }
    Ok(())
}

pub async fn exceptions(run: &Run) -> Outcome {
    let ok = run.client.fail(0).await.map_err(text)?;
    if !matches!(&ok, MaybeException::Ok(s) if s == "ok") {
        return Err("fail(0): want ok".into());
    }
    match run.client.fail(1).await.map_err(text)? {
        MaybeException::Exception(InteropFailException::Nf(e)) => {
            want(
                "fail(1)",
                e,
                NotFound {
                    message: Some("not found".into()),
                    id: Some(404),
                },
            )?;
        }
        _ => return Err("fail(1): want NotFound".into()),
    }
    match run.client.fail(2).await.map_err(text)? {
        MaybeException::Exception(InteropFailException::D(e)) => want(
            "fail(2)",
            e,
            Denied {
                reason: Some("denied".into()),
                missing: Some(vec!["read".into(), "write".into()]),
            },
        ),
        _ => Err("fail(2): want Denied".into()),
    }
}

/// The message of the application exception that the call must end with.
pub async fn internal_error(run: &Run, how: i32) -> Result<String, String> {
    match run.client.fail(how).await {
        Err(ClientError::Application(e))
            if e.kind() == ApplicationExceptionKind::INTERNAL_ERROR =>
        {
            Ok(e.message().to_string())
        }
        Err(error) => Err(format!("got {error}, want an internal error")),
        Ok(_) => Err("the call succeeded, want an internal error".into()),
    }
}

pub async fn biz_error(run: &Run) -> Outcome {
    match run.client.fail(5).await {
        Err(ClientError::Biz(e)) => {
            want("status", e.status_code, 404)?;
            want("message", e.status_message.as_str(), "nf")?;
            want(
                "extra",
                e.extra,
                Some(AHashMap::from_iter([("k".into(), "v".into())])),
            )
        }
        Err(error) => Err(format!("got {error}, want a business error")),
        Ok(_) => Err("the call succeeded, want a business error".into()),
    }
}

pub async fn timeout(run: &Run) -> Outcome {
    let mut option = CallOpt::new();
    option
        .config
        .set_rpc_timeout(Some(Duration::from_millis(50)));
    let start = Instant::now();
    match run.client.clone().with_callopt(option).slow(200).await {
        Ok(_) => return Err("the call succeeded, want a timeout".into()),
        // Either side may have been the first to notice.
        Err(_) if start.elapsed() < Duration::from_millis(190) => {}
        Err(error) => return Err(format!("{:?} is too late: {error}", start.elapsed())),
    }
    // The connection that was waiting must not give its late answer to others.
    for _ in 0..20 {
        let got = run.client.echo("after".into()).await.map_err(text)?;
        want("echo after the timeout", got.as_str(), "after")?;
    }
    Ok(())
}

pub async fn meta(run: &Run) -> Outcome {
    metainfo::METAINFO.with(|info| {
        let mut info = info.borrow_mut();
        info.set_transient("t", "transient value");
        info.set_persistent("p", "persistent value é");
    });
    let got = run.client.meta("".into()).await.map_err(text)?;
    let entry = |key: &str| got.get(key).map(|v| v.as_str());
    want("transient:t", entry("transient:t"), Some("transient value"))?;
    want(
        "persistent:p",
        entry("persistent:p"),
        Some("persistent value é"),
    )?;
    // Only Volo's own servers send backward values under the prefix that Volo's
    // client looks for, so one from elsewhere is not to be expected here.
    if entry("server") == Some("interop-rust") {
        let back = metainfo::METAINFO.with(|info| info.borrow().get_backward_downstream("back"));
        want("backward value", back.as_deref(), Some("interop-rust"))?;
    }
    Ok(())
}

pub async fn concurrent(run: &Run) -> Outcome {
    let calls: Vec<_> = (0..1000)
        .map(|i| {
            let client = run.client.clone();
            let sent = FastStr::from(format!("call {i} {}", "y".repeat(i % 97)));
            tokio::spawn(metainfo::METAINFO.scope(Default::default(), async move {
                let got = client.echo(sent.clone()).await.map_err(text)?;
                want("echo", got, sent)
            }))
        })
        .collect();
    for call in calls {
        call.await.map_err(text)??;
    }
    Ok(())
}

pub async fn evolve(run: &Run) -> Outcome {
    let v1 = |name: &'static str, count| EvolvedV1 {
        name: Some(name.into()),
        count: Some(count),
        note: Some("n".into()),
    };
    let got = run.client.evolve_old(v1("a", 1)).await.map_err(text)?;
    want("V1 to V1", got, v1("a/v1", 2))?;
    let part = EvolvedPart {
        key: Some("p".into()),
        values: Some(vec![1]),
    };
    let sent = EvolvedV2 {
        name: Some("b".into()),
        count: Some(7),
        parts: Some(vec![part.clone()]),
        tag: Some("t".into()),
        index: Some(AHashMap::from_iter([("i".into(), part)])),
    };
    let got = run.evolved.evolve_old(sent).await.map_err(text)?;
    // The count's type differs, so each side skips the other's.
    let wanted = EvolvedV2 {
        name: Some("b/v1".into()),
        count: None,
        parts: None,
        tag: Some("new".into()),
        index: None,
    };
    want("V2 to V1", got, wanted)
}
