// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use pilota::FastStr;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    AnyError,
    args::Args,
    client::{Transport, bench_client},
    volo_gen::bench::BenchClient,
};

/// Calls by microseconds; the last bucket is for slower ones.
struct Latencies(Vec<u32>);

impl Latencies {
    fn new() -> Self {
        Self(vec![0; 20_000])
    }

    fn add(&mut self, latency: Duration) {
        let last = self.0.len() - 1;
        self.0[last.min(latency.as_micros() as usize)] += 1;
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|n| u64::from(*n)).sum()
    }

    fn percentile(&self, p: f64) -> usize {
        let wanted = (self.total() as f64 * p) as u64;
        let mut seen = 0;
        for (us, n) in self.0.iter().enumerate() {
            seen += u64::from(*n);
            if seen > wanted {
                return us;
            }
        }
        self.0.len() - 1
    }
}

#[derive(Default)]
struct Phase {
    measuring: AtomicBool,
    stopping: AtomicBool,
}

/// One caller with one call in flight, until it is told to stop.
async fn call(client: BenchClient, phase: Arc<Phase>) -> Result<Latencies, AnyError> {
    let text = FastStr::from("x".repeat(1024));
    let mut seen = Latencies::new();
    let mut last = Instant::now();
    while !phase.stopping.load(Relaxed) {
        let answer = client.echo(text.clone()).await?;
        if answer.len() != text.len() {
            return Err("the answer is not what was sent".into());
        }
        let now = Instant::now();
        if phase.measuring.load(Relaxed) {
            seen.add(now - last);
        }
        last = now;
    }
    Ok(seen)
}

/// Prints the line that every peer's bench-client prints. CPU is this process's
/// own, percentiles are in microseconds.
pub async fn run(args: &Args) -> Result<(), AnyError> {
    let transport = Transport::parse(&args.transport)?;
    let addr: SocketAddr = args
        .addr
        .parse()
        .map_err(|_| "bench-client needs -addr HOST:PORT")?;
    let client = bench_client(transport, addr);
    let phase = Arc::new(Phase::default());
    let mut callers = JoinSet::new();
    for _ in 0..args.callers {
        callers.spawn(
            metainfo::METAINFO.scope(Default::default(), call(client.clone(), phase.clone())),
        );
    }
    pause(args.warmup, &mut callers).await?;
    let (from, cpu) = (Instant::now(), own_cpu());
    phase.measuring.store(true, Relaxed);
    pause(args.seconds, &mut callers).await?;
    phase.measuring.store(false, Relaxed);
    let (seconds, cpu) = (from.elapsed().as_secs_f64(), own_cpu() - cpu);
    phase.stopping.store(true, Relaxed);
    let mut all = Latencies::new();
    while let Some(seen) = callers.join_next().await {
        for (sum, n) in all.0.iter_mut().zip(seen??.0) {
            *sum += n;
        }
    }
    println!(
        r#"{{"calls":{},"seconds":{seconds:.6},"cpuSeconds":{cpu:.6},"p50":{},"p99":{}}}"#,
        all.total(),
        all.percentile(0.5),
        all.percentile(0.99)
    );
    Ok(())
}

/// Waits; a caller that ends meanwhile has failed.
async fn pause(
    seconds: f64,
    callers: &mut JoinSet<Result<Latencies, AnyError>>,
) -> Result<(), AnyError> {
    match timeout(Duration::from_secs_f64(seconds), callers.join_next()).await {
        Err(_) => Ok(()),
        Ok(Some(Ok(Err(error)))) => Err(error),
        Ok(_) => Err("a caller ended before its time".into()),
    }
}

fn own_cpu() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call only writes to the value that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
