import type { Namespace } from './namespace.ts';
import type { NetnsChoice } from './options.ts';

/** The network namespace of this process. */
export const CALLERS: Namespace = { place: {}, id: '', member: () => process.pid, close: () => undefined };

/** The namespace chosen; see `openNamespace`, which is loaded only when there is a choice. */
export async function chosenNamespace(choice: NetnsChoice | undefined): Promise<Namespace> {
  return choice === undefined ? CALLERS : (await import('./namespace.ts')).openNamespace(choice);
}
