// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/// The command line after the subcommand. A flag may have one dash or two.
pub struct Args {
    pub addr: String,
    pub transport: String,
    pub name: String,
    pub cases: String,
    pub list: bool,
    pub no_stdin: bool,
    pub callers: usize,
    /// How long to measure, and to call before, in seconds.
    pub seconds: f64,
    pub warmup: f64,
}

impl Args {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Args {
            addr: String::new(),
            transport: String::new(),
            name: "interop-rust".into(),
            cases: "all".into(),
            list: false,
            no_stdin: false,
            callers: 50,
            seconds: 2.0,
            warmup: 1.0,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.trim_start_matches('-') {
                "addr" => args.addr = value()?,
                "transport" => args.transport = value()?,
                "name" => args.name = value()?,
                "case" => args.cases = value()?,
                "callers" => args.callers = number(&word, &value()?)?,
                "seconds" => args.seconds = number(&word, &value()?)?,
                "warmup" => args.warmup = number(&word, &value()?)?,
                "list" => args.list = true,
                "no-stdin" => args.no_stdin = true,
                _ => return Err(format!("unknown argument {word}")),
            }
        }
        Ok(args)
    }

    /// The address to listen on; any free port if none was given.
    pub fn listen_addr(&self) -> &str {
        if self.addr.is_empty() {
            "127.0.0.1:0"
        } else {
            &self.addr
        }
    }
}

fn number<T: std::str::FromStr>(word: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("{word}: got {value}, wanted a number"))
}
