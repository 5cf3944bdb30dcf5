// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { launch } from '../launch.js';
import type { Launched } from '../launch.js';
import { commandPeer } from '../peers.js';
import type { Peer } from '../peers.js';
import { freePort } from '../ports.js';
import { tempDir } from '../temp-dir.js';

/** Where Debian puts it; its manifest names what it needs. */
const JAR = '/usr/share/java/zookeeper.jar';
const java = commandPeer('java', 'apt install default-jre-headless');

/** The server of ZooKeeper, and a Java to run it. */
export const zooKeeperPeer: Peer = {
  name: 'zookeeper',
  command: java.command,
  missing: existsSync(JAR) ? java.missing : 'zookeeper is not installed: apt install zookeeper',
};

/** Starts a server that stands alone and grants sessions from 200 ms on. `dir` and `port`: those of one that was stopped, to start it again. */
export async function startZooKeeper(o: { readonly dir?: string; readonly port?: number } = {}): Promise<Launched & { readonly dir: string; readonly clientPort: number }> {
  const dir = o.dir ?? tempDir('zookeeper-').path;
  const clientPort = o.port ?? (await freePort());
  const config = join(dir, 'zoo.cfg');
  writeFileSync(
    config,
    [
      `dataDir=${join(dir, 'data')}`, `clientPort=${clientPort}`, 'clientPortAddress=127.0.0.1', 'admin.enableServer=false', '4lw.commands.whitelist=ruok',
      // Sessions end within a tick of their time.
      'tickTime=100', 'minSessionTimeout=200', 'maxSessionTimeout=60000', 'maxClientCnxns=0', '',
    ].join('\n'),
  );
  const server = await launch({
    command: java.command ?? java.name,
    args: [
      '-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Dzookeeper.jmx.log4j.disable=true', '-Dzookeeper.forceSync=no', '-Dzookeeper.preAllocSize=64',
      '-cp', JAR, 'org.apache.zookeeper.server.ZooKeeperServerMain', config,
    ],
    ready: () => says(clientPort, 'ruok', 'imok'),
    // What it was told is in its log already, and it now and then does not end by itself.
    graceMs: 1000,
  });
  return Object.assign(server, { dir, clientPort });
}

/** Whether a server answers a word of four letters as it should. */
function says(port: number, word: string, answer: string): Promise<boolean> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => void socket.end(word));
    socket.setEncoding('utf8').on('data', (d: string) => (text += d));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve(text === answer);
    });
    socket.setTimeout(1000, () => void socket.destroy());
  });
}
