import type { Warning } from '../columns/table.ts';

/** A warning about processes whose descriptors could not be read. */
export interface ScanWarning extends Warning {
  readonly code: 'unreadable';
  /** Of these, how many did not even let their descriptors be listed (EACCES on opendir). */
  readonly denied: number;
}

/** What a scan could not see. NB: the caller itself is always in a procfs: none at all means that this is no procfs. */
export function scanWarnings(root: string, looked: number, unreadable: number, denied: number): readonly ScanWarning[] {
  if (looked === 0) {
    return [{ code: 'unreadable', message: `no process is to be seen in ${root}`, count: 1, denied: 1 }];
  }
  if (unreadable === 0) return [];
  const message = `the descriptors of ${unreadable} processes could not be read`;
  return [{ code: 'unreadable', message, count: unreadable, denied }];
}
