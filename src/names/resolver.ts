import { type Addon, loadAddon } from '../addon.ts';
import { databaseResolver } from './databases.ts';

/**
 * Number → name through the C library (addon) or through what Node.js and the files below /etc offer. An address or uid
 * without a name is null.
 */
export type NameResolver = Pick<Addon, 'users' | 'hosts' | 'services'>;

/** The C library's databases where there is an addon, else the files. */
export function systemResolver(): NameResolver {
  return loadAddon().addon ?? databaseResolver();
}
