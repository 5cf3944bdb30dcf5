// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from './arguments.js';

const URL_LIKE = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)|\.git(?:@|$)/i;

/** A repository and perhaps a branch, of `URL[@branch]`. */
export function parseGitInclude(text: string): { readonly url: string; readonly branch: string | undefined } | undefined {
  if (!URL_LIKE.test(text)) return undefined;
  const dotGit = text.search(/\.git@/);
  if (dotGit >= 0) return { url: text.slice(0, dotGit + 4), branch: text.slice(dotGit + 5) };
  const at = text.lastIndexOf('@');
  if (at > text.lastIndexOf('/') && at > 0 && !/^[\w.-]+@[\w.-]+:[^@]*$/.test(text)) return { url: text.slice(0, at), branch: text.slice(at + 1) };
  return { url: text, branch: undefined };
}

/**
 * The folder that an include path stands for: itself, or the working copy of a git repository, which is kept below the user's cache folder and brought up
 * to date on every run.
 * Errors: {@link UsageError} for a folder that is not there, or when git fails.
 */
export function resolveInclude(text: string, cwd: string): string {
  const git = parseGitInclude(text);
  if (git === undefined || existsSync(resolve(cwd, text))) {
    const path = resolve(cwd, text);
    if (!existsSync(path) || !statSync(path).isDirectory()) throw new UsageError(`-I ${text}: no such folder`);
    return path;
  }
  if (git.branch !== undefined && !/^[\w][\w./-]*$/.test(git.branch)) throw new UsageError(`-I ${text}: "${git.branch}" is no name of a branch`);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cloudwego-kitex', 'idl');
  const name = createHash('sha256').update(`${git.url}@${git.branch ?? ''}`).digest('hex').slice(0, 16);
  const path = join(cache, name);
  mkdirSync(cache, { recursive: true });
  const run = (args: readonly string[], where?: string): void => {
    try {
      execFileSync('git', args, { cwd: where ?? cache, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } });
    } catch (e) {
      const text_ = String((e as { stderr?: Buffer }).stderr ?? e).trim();
      throw new UsageError(`-I ${text}: git ${args[0]!} failed: ${text_}`, { cause: e });
    }
  };
  if (existsSync(join(path, '.git'))) {
    run(['fetch', '--depth', '1', 'origin', git.branch ?? 'HEAD'], path);
    run(['reset', '--hard', 'FETCH_HEAD'], path);
  } else {
    run(['clone', '--depth', '1', ...(git.branch === undefined ? [] : ['--branch', git.branch]), '--', git.url, path]);
  }
  return path;
}
