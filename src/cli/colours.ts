import { isatty } from 'node:tty';
import type { OwnOptions } from './command-line.ts';

const STDOUT = 1;

/**
 * Are tables for people coloured? `--color` decides, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE (each when it is not
 * empty), then whether stdout is a terminal that can.
 */
export function colours(
  { color }: Pick<OwnOptions, 'color'>,
  env: NodeJS.ProcessEnv = process.env,
  terminal: boolean = isatty(STDOUT),
): boolean {
  if (color !== 'auto') return color === 'always';
  const isSet = (name: string): boolean => env[name] !== undefined && env[name] !== '' && env[name] !== '0';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (isSet('FORCE_COLOR') || isSet('CLICOLOR_FORCE')) return true;
  return terminal && env.TERM !== 'dumb';
}
