// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { createEtcdClient } from '@cloudwego/shared-etcd';

test('it reads the addresses of the store, and says which of them it cannot read', () => {
  expect(createEtcdClient({ hostPorts: ['127.0.0.1:2379'] }).addresses).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 2379 }]);
  expect(() => createEtcdClient({ hostPorts: ['127.0.0.1:2379', 'nowhere:x'] })).toThrow(/hostPorts\[1\]/);
});
