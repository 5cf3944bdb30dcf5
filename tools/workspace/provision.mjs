// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Installs the programs that tests are run against and that this machine does not have, by apt-get, as root or with sudo. What cannot be installed is
// named, and its tests are skipped under its name.
//
//   node tools/workspace/provision.mjs [--list]

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Every program of the system that a test, a peer or a bench uses: its command or its file, the Debian packages that bring it, who wants it. */
const PROGRAMS = [
  { command: 'cc', debian: ['gcc', 'libc6-dev'], wants: 'the load generator of the benches, the Go and Rust peers' },
  { command: 'c++', debian: ['g++'], wants: 'the native engines and their sanitised twins' },
  { command: 'taskset', debian: ['util-linux'], wants: 'the benches, to pin processes to cores' },
  { command: 'mkfifo', debian: ['coreutils'], wants: 'registry-file: what is no file in its folder' },
  { command: 'thrift', debian: ['thrift-compiler'], wants: 'the peer Apache Thrift for Node.js' },
  { command: 'haproxy', debian: ['haproxy'], wants: 'netpoll behind a proxy that speaks the PROXY protocol' },
  { command: 'etcd', debian: ['etcd-server'], wants: 'shared/etcd and what stands on it' },
  { command: 'java', debian: ['default-jre-headless'], wants: 'ZooKeeper' },
  { file: '/usr/share/java/zookeeper.jar', debian: ['zookeeper'], wants: 'shared/zookeeper and what stands on it' },
  { command: 'redis-server', debian: ['redis-server'], wants: 'gopkg/zset beside the original' },
  { command: 'chromium', debian: ['chromium'], wants: "the test that looks at the demo's page" },
];

function there(command) {
  return (process.env.PATH ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, command), constants.X_OK);
      return dir !== '';
    } catch {
      return false;
    }
  });
}

const isThere = (p) => (p.file === undefined ? there(p.command) : existsSync(p.file));
const missing = PROGRAMS.filter((p) => !isThere(p));
if (process.argv.includes('--list')) {
  for (const p of PROGRAMS) console.log(`${isThere(p) ? 'there  ' : 'missing'} ${p.command ?? p.file} (${p.debian.join(' ')}): ${p.wants}`);
} else if (missing.length > 0) {
  install();
  for (const p of missing) if (!isThere(p)) console.log(`could not install ${p.command ?? p.file} (${p.debian.join(' ')}): ${p.wants}`);
}

function install() {
  if (!there('apt-get')) return;
  const sudo = process.getuid() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...words] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(command, words, { encoding: 'utf8', timeout: 240_000 });
  };
  const names = missing.flatMap((p) => p.debian);
  console.log(`installing ${names.join(' ')}`);
  apt('update', '-qq');
  const all = apt('install', '-y', '-qq', '--no-install-recommends', ...names);
  if (all.status === 0) return;
  // One that is not to be had must not keep the others away.
  for (const p of missing) {
    const one = apt('install', '-y', '-qq', '--no-install-recommends', ...p.debian);
    if (one.status !== 0) console.log(one.stderr.trim().split('\n').at(-1));
  }
}
