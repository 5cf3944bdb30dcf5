// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=../../idl");
    volo_build::Builder::thrift()
        .add_service("../../idl/interop.thrift")
        .add_service("../../idl/evolved.thrift")
        .add_service("../../idl/newer.thrift")
        .add_service("../../idl/bench.thrift")
        .ignore_unused(false)
        .write()?;
    Ok(())
}
