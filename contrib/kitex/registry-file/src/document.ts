// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Instance } from '@cloudwego/governance';
import { readInstance } from '@cloudwego/shared-discovery';

/** Files longer than this are not ours. Unit bytes. */
export const MAX_FILE: number = 64 * 1024;
/** Entries of a folder that are looked at: more are no registry, but somebody's mistake. */
const MAX_ENTRIES = 20_000;

/**
 * Folder of a service. A name is one path segment whatever it holds, so that no service reaches another's folder or one outside.
 * Errors: {@link OptionError} for an empty name, or one that is no text.
 */
export function serviceFolder(dir: string, service: string): string {
  if (service === '') throw new OptionError('service', 'service: got an empty name');
  let segment: string;
  try {
    segment = encodeURIComponent(service);
  } catch (e) {
    throw new OptionError('service', 'service: got a name with half a surrogate pair, wanted well-formed text', { cause: e });
  }
  return join(dir, segment.replaceAll('.', '%2E'));
}

/** Names in a folder, sorted. Fails as opendir does. */
export async function entries(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const e of await opendir(folder, { bufferSize: 256 })) {
    names.push(e.name);
    if (names.length >= MAX_ENTRIES) break;
  }
  return names.sort();
}

/** What identifies the content of a file: heartbeats leave it as it is, and a number that is used again has another birth. */
export interface FileIdentity {
  readonly ino: bigint;
  readonly birthtimeNs: bigint;
  readonly size: bigint;
}

/**
 * Reads a lease and says which file it was. Follows no link, waits on no pipe, reads no more than a lease may have.
 * Errors: those of the system.
 */
export async function readLease(path: string): Promise<FileIdentity & { readonly instance: Instance | undefined }> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const s = await handle.stat({ bigint: true });
    const { ino, birthtimeNs, size } = s;
    if (!s.isFile() || size > MAX_FILE) return { ino, birthtimeNs, size, instance: undefined };
    const buf = Buffer.alloc(Number(size));
    const { bytesRead } = await handle.read(buf, 0, buf.length, 0);
    return { ino, birthtimeNs, size, instance: readInstance(buf.toString('utf8', 0, bytesRead)) };
  } finally {
    await handle.close();
  }
}
