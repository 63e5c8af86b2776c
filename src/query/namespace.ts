import { closeSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { ERRNO_NAMES, errnoName, NetlinkError, UsageError } from '../errors.ts';
import type { Place } from '../sources/requests.ts';
import { CALLERS } from './callers-namespace.ts';
import type { NetnsChoice } from './options.ts';

const NAMED = '/run/netns';
const OWN = '/proc/self/ns/net';
const LARGEST_PID = 4_194_304;
const LARGEST_FD = 0x7fffffff;

/** An opened network namespace. NB: the place is valid until `close()`. */
export interface Namespace {
  readonly place: Place;
  /** Tells it from others for as long as it lives; '' = the caller's. */
  readonly id: string;
  /** A process whose /proc/PID/net shows it; searched for when first asked. undefined: there is none to be seen. */
  member(): number | undefined;
  close(): void;
}

/** Throws a UsageError for what cannot be a namespace, a NetlinkError (`open`) when it cannot be opened. */
export function openNamespace(choice: NetnsChoice | undefined): Namespace {
  if (choice === undefined) return CALLERS;
  if (typeof choice === 'string') return openFile(pathOf(choice), `namespace ${choice}`);
  if ('fd' in choice) return openDescriptor(choice.fd);
  const { pid } = choice;
  if (!Number.isInteger(pid) || pid < 1 || pid > LARGEST_PID)
    throw new UsageError(`netns: ${pid} is no process number`);
  try {
    const opened = openFile(`/proc/${pid}/ns/net`, `namespace of process ${pid}`);
    return opened === CALLERS ? CALLERS : { ...opened, place: { ...opened.place, pid }, member: () => pid };
  } catch (error) {
    if (!(error instanceof NetlinkError) || (error.code !== 'EACCES' && error.code !== 'EPERM')) throw error;
    return { place: { pid }, id: `pid ${pid}`, member: () => pid, close: () => undefined };
  }
}

function openDescriptor(fd: number): Namespace {
  if (!Number.isInteger(fd) || fd < 0 || fd > LARGEST_FD) throw new UsageError(`netns: ${fd} is no descriptor`);
  if (sameAsOurs(fd)) return CALLERS;
  try {
    return byDescriptor(fd, () => undefined);
  } catch (error) {
    throw openError(`namespace of descriptor ${fd}`, error);
  }
}

function pathOf(name: string): string {
  if (name.startsWith('/') && !name.includes('\0')) return name;
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new UsageError(`netns: '${name}' is no name of a namespace`);
  }
  return `${NAMED}/${name}`;
}

function openFile(path: string, what: string): Namespace {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw openError(what, error);
  }
  const close = (): void => closeSync(fd);
  if (!sameAsOurs(fd)) return byDescriptor(fd, close);
  close();
  return CALLERS;
}

function openError(what: string, error: unknown): NetlinkError {
  const { code, errno } = error as NodeJS.ErrnoException;
  const number = errno === undefined ? 0 : -errno;
  const name = ERRNO_NAMES[number] === undefined ? code : errnoName(number);
  const failure = { op: 'open', errno: number, code: name ?? 'EIO', detail: '', offset: 0 };
  return new NetlinkError(what, failure, { cause: error });
}

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

function isSame(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** NB: setns(2) into one's own namespace needs privilege too, so it is never tried. */
function sameAsOurs(fd: number): boolean {
  try {
    return isSame(fstatSync(fd), statSync(OWN));
  } catch {
    return false;
  }
}

function byDescriptor(fd: number, close: () => void): Namespace {
  const identity = fstatSync(fd);
  let searched: { readonly pid: number | undefined } | undefined;
  const member = (): number | undefined => {
    searched ??= { pid: processIn(identity) };
    return searched.pid;
  };
  return { place: { netnsFd: fd }, id: `net ${identity.ino}`, member, close };
}

/** The lowest process number in a namespace. */
function processIn(namespace: Identity): number | undefined {
  return processNumbers().find((pid) => {
    const identity = identityOf(`/proc/${pid}/ns/net`);
    return identity !== undefined && isSame(identity, namespace);
  });
}

function processNumbers(): number[] {
  try {
    const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return names.map(Number).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function identityOf(path: string): Identity | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** A network namespace that can be seen from here. */
export interface NamespaceInfo {
  /** Inode number of the namespace, as `net:[N]` shows it. */
  readonly inode: number;
  /** Name below /run/netns, if it has one. */
  readonly name: string | null;
  /** The lowest process number in it; null = no process, or none that may be looked at. */
  readonly pid: number | null;
  /** Is it that of the caller? */
  readonly own: boolean;
}

/**
 * Every network namespace that has a process or a name: the caller's first, then in order of first process, then the
 * names without one. Without CAP_SYS_PTRACE processes of other users are not seen.
 */
export function namespaces(): NamespaceInfo[] {
  const found = new Map<string, NamespaceInfo & Identity>();
  const own = identityOf(OWN);
  const add = (identity: Identity | undefined, about: { name?: string; pid?: number }): void => {
    if (identity === undefined) return;
    const { dev, ino } = identity;
    const key = `${dev}:${ino}`;
    const known = found.get(key);
    const name = about.name ?? known?.name ?? null;
    const pid = known?.pid ?? about.pid ?? null;
    found.set(key, { dev, ino, inode: ino, name, pid, own: own !== undefined && isSame(identity, own) });
  };
  add(own, { pid: process.pid });
  for (const pid of processNumbers()) add(identityOf(`/proc/${pid}/ns/net`), { pid });
  const net = own === undefined ? undefined : own.dev;
  for (const name of namesBelow(NAMED)) {
    const identity = identityOf(`${NAMED}/${name}`);
    if (identity?.dev === net) add(identity, { name });
  }
  return [...found.values()].map(({ inode, name, pid, own: isOwn }) => ({ inode, name, pid, own: isOwn }));
}

function namesBelow(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
