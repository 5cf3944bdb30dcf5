// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Reads lines "STRUCT BINARY" of hex, and answers each with "BINARY COMPACT": what pilota writes in each protocol after it has read them.

#[allow(clippy::all, warnings)]
mod made {
    include!(concat!(env!("OUT_DIR"), "/idl.rs"));
}

use std::io::{BufRead, Write};

use bytes::Bytes;
use linkedbytes::LinkedBytes;
use pilota::thrift::{
    Message,
    binary::TBinaryProtocol,
    compact::TCompactOutputProtocol,
};

fn unhex(text: &str) -> Bytes {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).unwrap()).collect::<Vec<u8>>().into()
}

fn hex(bytes: LinkedBytes) -> String {
    bytes.concat().iter().map(|b| format!("{b:02x}")).collect()
}

// Its reader of the compact protocol panics on bools ("pending bool field not read") that Go's library takes; its writer is asked.
fn both<T: Message>(binary: &str) -> (String, String) {
    let mut from = unhex(binary);
    let v = T::decode(&mut TBinaryProtocol::new(&mut from, true)).unwrap();
    let mut to = LinkedBytes::new();
    v.encode(&mut TBinaryProtocol::new(&mut to, true)).unwrap();
    let mut small = LinkedBytes::new();
    v.encode(&mut TCompactOutputProtocol::new(&mut small, true)).unwrap();
    (hex(to), hex(small))
}

include!("types.rs");

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let (binary, compact) = run(words[0], words[1]);
        writeln!(out, "{binary} {compact}").unwrap();
    }
}
