/**
 * getopt_long(3) of the GNU C library: clusters of letters, arguments in the same or the next word, permutation,
 * abbreviated long options, and its five error texts.
 *
 * Pure and generic over what an option stands for. Words are byte strings (one character per byte), because the C
 * function names a bad letter by its byte; ASCII words are byte strings as they are.
 */
export interface ShortOption<Option> {
  readonly takesArgument: boolean;
  readonly option: Option;
}

export interface LongOption<Option> {
  readonly name: string;
  readonly takesArgument: boolean;
  /**
   * The `val` of struct option. Entries that share it, and agree on taking an argument, are not ambiguous with each
   * other: the first one of them is used.
   */
  readonly value: string;
  /** Known by its full name only: never completed from an abbreviation, never listed among possibilities. */
  readonly exactOnly: boolean;
  readonly option: Option;
}

export interface OptionTable<Option> {
  readonly short: ReadonlyMap<string, ShortOption<Option>>;
  /** The order decides which of several candidates is used and how possibilities are listed. */
  readonly long: readonly LongOption<Option>[];
}

export interface GetoptSettings {
  /** argv[0], the first word of every error text. */
  readonly program: string;
  /** POSIXLY_CORRECT is set: the first positional word ends the options. */
  readonly posixlyCorrect: boolean;
}

export type Found<Option> =
  | { readonly kind: 'option'; readonly option: Option; readonly argument: string }
  | { readonly kind: 'positional'; readonly word: string }
  /** One line without its line break. Parsing may go on behind it, as in C. */
  | { readonly kind: 'error'; readonly message: string };

/** The words not yet looked at. */
interface Rest {
  readonly words: readonly string[];
  next: number;
}

function take(rest: Rest): string | undefined {
  const word = rest.words[rest.next];
  if (word !== undefined) rest.next++;
  return word;
}

/**
 * Yields options, positional words and errors strictly from left to right; nothing behind what was yielded has been
 * looked at, except an option's own argument. An option without an argument yields ''.
 */
export function* getoptLong<Option>(
  table: OptionTable<Option>,
  words: readonly string[],
  settings: GetoptSettings,
): Generator<Found<Option>, void, void> {
  const rest: Rest = { words, next: 0 };
  let onlyPositional = false;
  for (let word = take(rest); word !== undefined; word = take(rest)) {
    if (onlyPositional || word === '-' || !word.startsWith('-')) {
      onlyPositional ||= settings.posixlyCorrect;
      yield { kind: 'positional', word };
    } else if (word === '--') onlyPositional = true;
    else if (word.startsWith('--')) yield longOption(table.long, word.slice(2), rest, settings.program);
    else yield* cluster(table.short, word.slice(1), rest, settings.program);
  }
}

function* cluster<Option>(
  short: ReadonlyMap<string, ShortOption<Option>>,
  letters: string,
  rest: Rest,
  program: string,
): Generator<Found<Option>, void, void> {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters.charAt(at);
    const known = short.get(letter);
    if (known === undefined) {
      yield { kind: 'error', message: `${program}: invalid option -- '${letter}'` };
      continue;
    }
    if (!known.takesArgument) {
      yield { kind: 'option', option: known.option, argument: '' };
      continue;
    }
    const argument = at + 1 < letters.length ? letters.slice(at + 1) : take(rest);
    yield argument === undefined
      ? { kind: 'error', message: `${program}: option requires an argument -- '${letter}'` }
      : { kind: 'option', option: known.option, argument };
    return;
  }
}

function longOption<Option>(
  long: readonly LongOption<Option>[],
  text: string,
  rest: Rest,
  program: string,
): Found<Option> {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const candidates = matchLong(long, name);
  const known = candidates[0];
  if (known === undefined) return { kind: 'error', message: `${program}: unrecognized option '--${text}'` };
  if (candidates.length > 1) {
    const possibilities = candidates.map((candidate) => ` '--${candidate.name}'`).join('');
    return { kind: 'error', message: `${program}: option '--${text}' is ambiguous; possibilities:${possibilities}` };
  }
  if (!known.takesArgument) {
    return equals < 0
      ? { kind: 'option', option: known.option, argument: '' }
      : { kind: 'error', message: `${program}: option '--${known.name}' doesn't allow an argument` };
  }
  const argument = equals < 0 ? take(rest) : text.slice(equals + 1);
  return argument === undefined
    ? { kind: 'error', message: `${program}: option '--${known.name}' requires an argument` }
    : { kind: 'option', option: known.option, argument };
}

/**
 * No entry: unrecognized. One: that option. Several: ambiguous among these.
 * An exact name wins; else the first entry with that prefix, together with every later one that means something else.
 */
export function matchLong<Option>(long: readonly LongOption<Option>[], name: string): readonly LongOption<Option>[] {
  const exact = long.find((entry) => entry.name === name);
  if (exact !== undefined) return [exact];
  const [first, ...others] = long.filter((entry) => !entry.exactOnly && entry.name.startsWith(name));
  if (first === undefined) return [];
  const different = others.filter(
    (entry) => entry.value !== first.value || entry.takesArgument !== first.takesArgument,
  );
  return [first, ...different];
}
