// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { launch } from '../launch.js';
import type { Launched } from '../launch.js';
import { commandPeer } from '../peers.js';
import type { Peer } from '../peers.js';
import { freePort } from '../ports.js';
import { tempDir } from '../temp-dir.js';

/** The server of etcd. */
export const etcdPeer: Peer = commandPeer('etcd', 'apt install etcd-server');

/** Starts a cluster of one with the v3 API. `dir` and `port`: those of one that was stopped, to start it again. */
export async function startEtcd(o: { readonly dir?: string; readonly port?: number } = {}): Promise<Launched & { readonly dir: string; readonly clientPort: number }> {
  const dir = o.dir ?? tempDir('etcd-').path;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const clientPort = o.port ?? (await freePort());
  const client = `http://127.0.0.1:${clientPort}`;
  const server = await launch({
    command: etcdPeer.command ?? etcdPeer.name,
    args: [
      '--data-dir', dir, '--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer,
      '--initial-cluster', `default=${peer}`, '--log-level', 'warn', '--log-outputs', 'stderr', '--logger', 'zap',
      // A cluster of one has nobody to wait for.
      '--heartbeat-interval', '10', '--election-timeout', '100',
    ],
    ready: async () => {
      try {
        return (await fetch(`${client}/health`)).ok;
      } catch {
        return false;
      }
    },
  });
  return Object.assign(server, { dir, clientPort });
}
