import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, inject } from 'vitest';

const run = promisify(execFile);

/** What programs/listener.mjs and listener.cjs print. */
export interface Answer {
  /** process.versions.node. */
  readonly version: string;
  /** Names of the addons the process has mapped. */
  readonly addons: readonly string[];
  readonly source: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly rows: readonly Record<string, unknown>[];
}

let port: string | undefined;

/** Listens in this process, which has no permission model, until it ends: the programs only look. */
export async function listen(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1', 7).unref();
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
  return port;
}

/** Runs a program of programs/ by a command, in a project that has the package installed. */
export async function ask(
  command: readonly string[],
  program = 'listener.mjs',
  { cwd = inject('project'), env = process.env } = {},
): Promise<Answer> {
  const [file, ...words] = [...command, program, port!];
  const { stdout } = await run(file!, words, { cwd, env });
  return JSON.parse(stdout);
}

function expectListener({ rows }: Answer): void {
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ netid: 'tcp', state: 'LISTEN', localAddress: '127.0.0.1', localPort: Number(port) });
  expect(rows[0]!.owners).toMatchObject([{ pid: process.pid }]);
}

/** The row is from procfs, and a warning says in words why. */
export function expectProcfs(answer: Answer, reason: RegExp): void {
  expectListener(answer);
  expect(answer.source).toBe('procfs');
  expect(answer.warnings.map(({ message }) => message).join('\n')).toMatch(reason);
}

/** The row is the kernel's answer to this addon. */
export function expectNetlink(answer: Answer, addon: string): void {
  expectListener(answer);
  expect({ source: answer.source, addons: answer.addons }).toEqual({ source: 'netlink', addons: [addon] });
}
