import { decodeText } from '../../columns/bytes.ts';
import { DEFAULT_ROOT, readProcSync } from './file.ts';

/**
 * Security context of a process: /proc/PID/attr/current, up to its first NUL; no privilege, unless the policy says so. null:
 * there is none, it may not be read, or the process has ended.
 */
export function readSecurityContext(pid: number, root: string = DEFAULT_ROOT): string | null {
  const content = readProcSync(`${root}/${pid}/attr/current`);
  if ('code' in content) return null;
  const nul = content.bytes.indexOf(0);
  const text = decodeText(content.bytes, 0, nul < 0 ? content.bytes.length : nul);
  return text === '' ? null : text;
}
