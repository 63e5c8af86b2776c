import { jsonSchema } from '../formats/table-schemas.ts';
import type { OwnOptions } from './command-line.ts';
import { completionScript } from './complete.ts';
import { manPage } from './man-page.ts';
import { type Flag, LETTER_FLAGS, NAMED_FLAGS } from './options.ts';
import { OWN_FLAGS } from './own-options.ts';

const EVERY_FLAG: readonly Flag[] = [...NAMED_FLAGS, ...LETTER_FLAGS, ...OWN_FLAGS];

/** Every option. Of two with the same long name, the one with a letter. */
export const DOCUMENTED_FLAGS: readonly Flag[] = EVERY_FLAG.filter(
  (row) => row.letter !== '' || !EVERY_FLAG.some((other) => other.letter !== '' && other.name === row.name),
);

/** What `--completion`, `--man` and `--json-schema` print. */
export function documentText(kind: NonNullable<OwnOptions['document']>): string {
  if (kind === 'json-schema') return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
  return kind === 'man' ? manPage(DOCUMENTED_FLAGS) : completionScript(kind, DOCUMENTED_FLAGS);
}
