import { describe, expect, test } from 'vitest';
import { OWNER_REASONS } from '../../../src/index.ts';
import { hidesProcesses, ownerReason, type ScanFacts, scanFacts } from '../../../src/query/owner-reason.ts';

const SEES_ALL: ScanFacts = { unreadable: 0, hidden: false, inner: false };

describe('why nobody is known to hold a socket', () => {
  test.each<[string, number, number | undefined, Partial<ScanFacts>]>([
    ['time-wait', 0, 6, {}],
    ['not-accepted', 0, 1, {}],
    ['not-accepted', 0, 3, {}],
    ['not-accepted', 0, 8, {}],
    ['not-accepted', 0, 2, {}],
    ['closed', 0, 4, {}],
    ['closed', 0, 5, {}],
    ['closed', 0, 9, {}],
    ['closed', 0, 11, {}],
    ['kernel', 0, 7, {}],
    ['kernel', 0, undefined, {}],
    ['kernel', 5, 10, {}],
    ['kernel', 5, 10, { alive: new Set([5]) }],
    ['vanished', 5, 10, { alive: new Set([6]) }],
    ['vanished', 5, 1, { alive: new Set(), unreadable: 3 }],
    ['permission', 5, 10, { unreadable: 1 }],
    ['permission', 5, 10, { hidden: true, inner: true }],
    ['other-pid-namespace', 5, 10, { inner: true }],
    ['time-wait', 0, 6, { unreadable: 1, inner: true }],
  ])('%s: inode %i, state %s, %j', (reason, inode, state, facts) => {
    expect(ownerReason({ inode, state }, { ...SEES_ALL, ...facts })).toBe(reason);
    expect(OWNER_REASONS).toContain(reason);
  });
});

describe('procfs that hides processes', () => {
  const line = (options: string, point = '/proc') =>
    `25 30 0:22 / ${point} rw,relatime shared:13 - proc proc ${options}`;
  test.each<[string, boolean]>([
    ['rw', false],
    ['rw,hidepid=1', false],
    ['rw,hidepid=noaccess', false],
    ['rw,hidepid=2', true],
    ['rw,hidepid=invisible', true],
    ['rw,hidepid=ptraceable', true],
    ['rw,gid=27,hidepid=invisible', false],
    ['rw,gid=28,hidepid=invisible', true],
  ])('%s: %s', (options, hides) => {
    expect(hidesProcesses(`${line('rw', '/elsewhere')}\n${line(options)}\n`, '/proc', [27, 1000])).toBe(hides);
  });

  test('the mount on top counts; none at all hides nothing', () => {
    expect(hidesProcesses(`${line('rw,hidepid=2')}\n${line('rw')}\n`, '/proc', [])).toBe(false);
    expect(hidesProcesses(`${line('rw')}\n${line('rw,hidepid=2')}\n`, '/proc', [])).toBe(true);
    expect(hidesProcesses('', '/proc', [])).toBe(false);
    expect(hidesProcesses('1 2 0:1 / /proc rw - tmpfs tmpfs rw,hidepid=2', '/proc', [])).toBe(false);
  });

  test('a root that is no procfs tells nothing', () => {
    const warnings = [
      { code: 'unreadable', message: '', count: 3 },
      { code: 'fallback', message: '', count: 9 },
    ];
    expect(scanFacts(warnings, '/nowhere')).toEqual({ unreadable: 3, hidden: false, inner: false });
  });
});
