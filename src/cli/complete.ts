import type { Shell } from './command-line.ts';
import type { ArgumentValues, Flag } from './options.ts';

/** Completion scripts for shells, made from the table of options. Loaded only when one is asked for. */
export function completionScript(shell: Shell, flags: readonly Flag[]): string {
  return SCRIPTS[shell](completable(flags));
}

const SCRIPTS: Readonly<Record<Shell, (flags: readonly Flag[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `-?` is an error on purpose. */
function completable(flags: readonly Flag[]): Flag[] {
  return flags.filter((row) => row.letter !== '?');
}

function spellings(row: Flag): string[] {
  return [...(row.letter === '' ? [] : [`-${row.letter}`]), ...(row.name === '' ? [] : [`--${row.name}`])];
}

/** Inside single quotes of sh, bash and zsh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

type PerKind = { readonly [K in ArgumentValues['kind']]: (words: string) => string };

function wordsOf(values: ArgumentValues): string {
  return values.kind === 'word' || values.kind === 'list' ? values.words.join(' ') : '';
}

const BASH_ACTIONS: PerKind = {
  word: (words) => `mapfile -t COMPREPLY < <(compgen -W ${quote(words)} -- "$word")`,
  list: (words) =>
    `[[ $word == *,* ]] && start=\${word%,*},\n` +
    `      mapfile -t COMPREPLY < <(compgen -P "$start" -W ${quote(words)} -- "\${word##*,}")`,
  file: () => 'compopt -o filenames\n      mapfile -t COMPREPLY < <(compgen -f -- "$word")',
  netns: () => 'mapfile -t COMPREPLY < <(compgen -W "all $(ls /run/netns 2>/dev/null)" -- "$word")',
  text: () => ':',
};

/** Also behind a cluster that ends with the letter, as in `-tA`. */
function bashPattern(row: Flag): string {
  return [...spellings(row), ...(row.letter === '' ? [] : [`-[!-]*${row.letter}`])].join(' | ');
}

function bashScript(flags: readonly Flag[]): string {
  const cases = flags.flatMap((row) =>
    row.values === undefined
      ? []
      : [
          `    ${bashPattern(row)})\n      ${BASH_ACTIONS[row.values.kind](wordsOf(row.values))}\n      return\n      ;;\n`,
        ],
  );
  return `# bash completion for sockdiag
_sockdiag() {
  local word=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD - 1]} start=
  COMPREPLY=()
  # --name=value arrives as three words
  if [[ $word == = ]]; then
    word=
  elif [[ $option == = ]]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $option in
${cases.join('')}  esac
  mapfile -t COMPREPLY < <(compgen -W ${quote(flags.flatMap(spellings).join(' '))} -- "$word")
}
complete -F _sockdiag sockdiag
`;
}

const ZSH_ACTIONS: PerKind = {
  word: (words) => `(${words})`,
  list: (words) => `_values -s , value ${words}`,
  file: () => '_files',
  netns: () => '{compadd all /run/netns/*(N\\:t)}',
  text: () => ' ',
};

/** One argument of _arguments. Modes exclude each other; anything else may be repeated. */
function zshSpec(row: Flag, modes: string): string {
  const { values } = row;
  const explanation = row.help.replace(/[[\]:\\]/g, '\\$&');
  const argument = row.argument.replaceAll(':', '\\:');
  const tail = `[${explanation}]${values === undefined ? '' : `:${argument}:${ZSH_ACTIONS[values.kind](wordsOf(values))}`}`;
  const letter = row.letter === '' ? [] : [`-${row.letter}${values === undefined ? '' : '+'}`];
  const name = row.name === '' ? [] : [`--${row.name}${values === undefined ? '' : '='}`];
  const names = [...letter, ...name];
  const spelled = names.length === 1 ? names.join('') : `{${names.join(',')}}`;
  return `${quote(row.group === 'mode' ? `(${modes})` : '*')}${spelled}${quote(tail)}`;
}

function zshScript(flags: readonly Flag[]): string {
  const modes = flags
    .filter((row) => row.group === 'mode')
    .flatMap(spellings)
    .join(' ');
  const specs = flags.map((row) => ` \\\n    ${zshSpec(row, modes)}`).join('');
  return `#compdef sockdiag
_sockdiag() {
  _arguments -s -S${specs}
}
if [[ $funcstack[1] == _sockdiag ]]; then
  _sockdiag "$@"
else
  compdef _sockdiag sockdiag
fi
`;
}

const FISH_ACTIONS: PerKind = {
  word: (words) => ` -x -a ${fishQuote(words)}`,
  list: (words) => ` -x -a ${fishQuote(`(__fish_complete_list , 'printf "%s\\n" ${words}')`)}`,
  file: () => ' -r -F',
  netns: () => ` -x -a ${fishQuote('all (command ls /run/netns 2>/dev/null)')}`,
  text: () => ' -x',
};

function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function fishScript(flags: readonly Flag[]): string {
  const rows = flags.map((row) => {
    const letter = row.letter === '' ? '' : ` -s ${row.letter}`;
    const name = row.name === '' ? '' : ` -l ${row.name}`;
    const action = row.values === undefined ? '' : FISH_ACTIONS[row.values.kind](wordsOf(row.values));
    return `complete -c sockdiag${letter}${name}${action} -d ${fishQuote(row.help)}\n`;
  });
  return `# fish completion for sockdiag\ncomplete -c sockdiag -f\n${rows.join('')}`;
}
