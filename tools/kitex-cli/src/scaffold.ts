// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { methodKey } from '@cloudwego/pilota-build';
import type { IdlService } from './idl.js';
import { ownRange } from './package-file.js';
import type { Needs } from './package-file.js';

/** A file of the scaffold. It is written only where there is none. */
export interface ScaffoldFile {
  readonly path: string;
  readonly text: string;
}

/** What a runnable server is made of, for all services of the root IDL. */
export function scaffold(services: readonly IdlService[], o: { readonly service: string; readonly module: string; readonly importFrom: string; readonly version: string }): readonly ScaffoldFile[] {
  const several = services.length > 1;
  const file = (s: IdlService): string => (several ? `handler_${s.name}` : 'handler');
  return [
    ...services.map((s) => ({ path: `${file(s)}.ts`, text: handlerText(s, o.importFrom) })),
    { path: 'main.ts', text: mainText(services, file, o) },
    { path: 'package.json', text: packageText(o.module) },
    { path: 'tsconfig.json', text: TSCONFIG },
    { path: 'kitex_info.yaml', text: `kitexinfo:\n  ServiceName: ${JSON.stringify(o.service)}\n  ToolVersion: ${JSON.stringify(o.version)}\n` },
  ];
}

const variable = (s: IdlService): string => `${methodKey(s.name)}Handlers`;

function handlerText(s: IdlService, from: string): string {
  const lines = s.methods.map((f) => {
    const names = f.requests ? ['requests'] : f.args.map(safe);
    const star = f.responses ? '*' : '';
    return `  async ${star}${methodKey(f.name)}(${[...names, 'ctx'].join(', ')}) {\n    throw new Error('${methodKey(f.name)}: write this method');\n  },`;
  });
  return `import type { ${s.name}Handlers } from '${from}';\n\n/** What ${s.name} does. This file is yours: it is never written again. */\nexport const ${variable(s)}: ${s.name}Handlers = {\n${lines.join('\n\n')}\n};\n`;
}

function safe(name: string): string {
  return /^(ctx|default|delete|class|function|new|in|of|with|this|return|import|export|enum|case|if|else|for|do|try|var|let|const|void|null|true|false|switch|while|break|continue|typeof|instanceof|throw|catch|finally|super|extends|yield|static|await|package|private|protected|public|interface|implements|arguments|eval|debugger)$/.test(name)
    ? `${name}_`
    : name.replaceAll('.', '_');
}

function mainText(services: readonly IdlService[], file: (s: IdlService) => string, o: { readonly service: string; readonly importFrom: string }): string {
  const imports = services.map((s) => `import { ${variable(s)} } from './${file(s)}.js';`).join('\n');
  const names = services.map((s) => s.name).join(', ');
  const { fallback, strict } = arbiter(services);
  const register = services.map((s) => `  .register(${s.name}, ${variable(s)}${s === fallback ? ', { fallback: true }' : ''})`).join('\n');
  const options = [`serviceName: ${literal(o.service)}`, `address: process.env['ADDRESS'] ?? ':8888'`, ...(strict ? ['refuseTrafficWithoutServiceName: true'] : [])];
  return `import { createServer } from '@cloudwego/kitex';
import { ${names} } from '${o.importFrom}';
${imports}

const server = createServer({ ${options.join(', ')} })
${register};

const { address } = await server.start();
console.log(\`${o.service.replaceAll('`', '')} listens on \${address}\`);
await server.run();
`;
}

/**
 * Who answers a request without a service name whose method several services have: the last service that has every such method, as in Go. Where no service
 * has them all, a server takes only requests that name their service.
 */
function arbiter(services: readonly IdlService[]): { readonly fallback: IdlService | undefined; readonly strict: boolean } {
  const owners = new Map<string, IdlService[]>();
  for (const s of services) for (const f of s.all) owners.set(f, [...(owners.get(f) ?? []), s]);
  const shared = [...owners.values()].filter((o) => o.length > 1);
  if (shared.length === 0) return { fallback: undefined, strict: false };
  const fallback = services.filter((s) => shared.every((o) => o.includes(s))).at(-1);
  return { fallback, strict: fallback === undefined };
}

function literal(text: string): string {
  return /^[\w.@/-]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}

/** What the scaffold needs of its package.json, a new one or one that is there. */
export function scaffoldNeeds(): Needs {
  return {
    scripts: { build: 'tsc', start: 'npm run build && node dist/main.js' },
    dependencies: { '@cloudwego/kitex': ownRange(), '@cloudwego/pilota': ownRange() },
    devDependencies: { '@types/node': '^20.19.0', typescript: '^5.8.0 || ^6.0.0' },
  };
}

function packageText(name: string): string {
  return JSON.stringify({ name, version: '0.1.0', private: true, type: 'module', ...scaffoldNeeds() }, undefined, 2) + '\n';
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "lib": ["ES2023", "ESNext.Disposable"],
    "types": ["node"],
    "strict": true,
    "skipLibCheck": true,
    "rootDir": ".",
    "outDir": "dist"
  },
  "include": ["*.ts", "kitex_gen/**/*.ts"]
}
`;
