import { type Addon, loadAddon } from '../addon.ts';

/**
 * Number → name through the C library (addon) or through what Node.js and the files below /etc offer. An address or uid
 * without a name is null.
 */
export type NameResolver = Pick<Addon, 'users' | 'hosts' | 'services'>;

/** The C library's databases where there is an addon, else the files, whose reader is loaded when it is needed. */
export function systemResolver(): NameResolver {
  const { addon } = loadAddon();
  if (addon !== undefined) return addon;
  let files: Promise<NameResolver> | undefined;
  const resolver = (): Promise<NameResolver> => {
    files ??= import('./databases.ts').then(({ databaseResolver }) => databaseResolver());
    return files;
  };
  return {
    users: async (uids) => (await resolver()).users(uids),
    hosts: async (family, addresses, mode) => (await resolver()).hosts(family, addresses, mode),
    services: async () => (await resolver()).services(),
  };
}
