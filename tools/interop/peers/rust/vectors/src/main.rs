// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

//! Writes what the crate metainfo does into a JSON file, which a test of packages/gopkg
//! compares with what the TypeScript does:
//!
//!     cargo run --locked -p interop-vectors > ../../../../packages/gopkg/test/vectors/metainfo-rust.json
//!
//! Keys and values are chosen so that Rust's way of quoting them is JSON's.

use std::collections::BTreeMap;

use metainfo::{Backward, Forward, MetaInfo};

const VERSION: &str = "0.7.14";

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

type Pairs = BTreeMap<String, String>;

fn pairs<'a, K: AsRef<str>, V: AsRef<str> + 'a>(from: impl IntoIterator<Item = (K, V)>) -> Pairs {
    from.into_iter().map(|(k, v)| (k.as_ref().to_string(), v.as_ref().to_string())).collect()
}

fn json(p: &Pairs) -> String {
    let all: Vec<String> = p.iter().map(|(k, v)| format!("{k:?}:{v:?}")).collect();
    format!("{{{}}}", all.join(","))
}

/// Longer keys in HTTP form come out broken: the prefix is overwritten (seen in 0.7.14).
const LONGEST_HTTP: usize = 24 - "rpc-persist-".len();

fn seen(op: &str, k: &str, v: &str, m: &MetaInfo) -> String {
    let empty = Default::default();
    let strings = pairs(m.iter_persistents_and_transients_with_rpc_prefix().map(|(k, v)| (k, v.clone())));
    let short = strings.keys().all(|k| k.len() - "RPC_PERSIST_".len() <= LONGEST_HTTP);
    let fields = short
        .then(|| pairs(m.iter_persistents_and_transients_with_http_prefix().map(|(k, v)| (k, v.clone()))))
        // Of keys that differ in case alone any may come last.
        .filter(|f| f.len() == strings.len());
    format!(
        "{{\"op\":{op:?},\"k\":{k:?},\"v\":{v:?},\"persistent\":{},\"transient\":{},\"upstream\":{},\"downstream\":{},\"strings\":{},\"fields\":{}}}",
        json(&pairs(m.get_all_persistents().unwrap_or(&empty))),
        json(&pairs(m.get_all_transients().unwrap_or(&empty))),
        json(&pairs(m.get_all_upstreams().unwrap_or(&empty))),
        json(&pairs(m.get_all_backward_downstreams().unwrap_or(&empty))),
        json(&strings),
        fields.map_or("null".to_string(), |f| json(&f)),
    )
}

fn main() {
    let mut r = Random(11);
    let keys = ["A", "B", "LOG_ID", "logId", "x-y", "K_1", "A_KEY_THAT_IS_RATHER_LONG"];
    let values = ["1", "2", "two words", "grüße 世界", "\"quoted\" \\"];
    let prefixes = ["RPC_PERSIST_", "RPC_TRANSIT_", "RPC_BACKWARD_", "rpc-persist-", "rpc-transit-", "rpc-backward-", "OTHER_", "RPC_TRANSIT", ""];
    let mut runs = Vec::new();
    for _ in 0..12 {
        let mut m = MetaInfo::new();
        let mut steps = Vec::new();
        for _ in 0..18 {
            let (key, v) = (r.pick(&keys), r.pick(&values));
            let mut k = key.to_string();
            let op = match r.below(8) {
                0 => {
                    // The crate keeps what came from upstream beside it; Go's WithValue does not.
                    m.del_upstream(&k);
                    m.set_transient(k.clone(), v);
                    "with"
                }
                1 => {
                    m.set_persistent(k.clone(), v);
                    "withPersistent"
                }
                2 => {
                    // As Go's DelValue: of what came from upstream, else of one's own.
                    if m.del_upstream(&k).is_none() {
                        m.del_transient(&k);
                    }
                    "without"
                }
                3 => {
                    m.del_persistent(&k);
                    "withoutPersistent"
                }
                4 => {
                    let (_, child) = m.derive();
                    m = child;
                    "derive"
                }
                // What a Volo server and client do with every header that arrives.
                _ => {
                    let prefix = r.pick(&prefixes);
                    k = format!("{prefix}{}", if prefix.starts_with("rpc-") { key.to_lowercase().replace('_', "-") } else { k });
                    m.strip_rpc_prefix_and_set_persistent(&k, v);
                    m.strip_rpc_prefix_and_set_upstream(&k, v);
                    m.strip_rpc_prefix_and_set_backward_downstream(&k, v);
                    m.strip_http_prefix_and_set_persistent(&k, v);
                    m.strip_http_prefix_and_set_upstream(&k, v);
                    m.strip_http_prefix_and_set_backward_downstream(&k, v);
                    "receive"
                }
            };
            steps.push(seen(op, &k, v, &m));
        }
        runs.push(format!("[{}]", steps.join(",")));
    }
    println!("{{\"module\":\"metainfo\",\"version\":\"v{VERSION}\",\"vectors\":[{}]}}", runs.join(","));
}
