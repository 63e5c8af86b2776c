import { Random } from '../support/random.ts';
import type { CommandLine } from './command-lines.ts';
import { compareAll, worldOfFile } from './suite.ts';

/** `SEED=n` repeats a run, `SAMPLE=n` draws more command lines. */
const SEED = Number(process.env.SEED ?? (Math.random() * 2 ** 32) >>> 0);
const SAMPLE = Number(process.env.SAMPLE ?? 40);

/** What a command line starts with. A socket list has no mode; it has most columns and sections. */
const MODES = ['', '', '', '', '', '', '-g', '-r', '-r', '-i', '-s', '-s', '-M'];

const OFTEN = ['-t', '-u', '-w', '-x', '-a', '-l', '-n', '-e', '-o', '-W', '-p', '-4', '-6'];

const SELDOM = [
  ...['-U', '-S', '-N', '-v', '-g', '-d', '-F', '-C', '-e', '-Z', '-2', '-f', '-r', '-i', '-s'],
  ...['--numeric-hosts', '--numeric-ports', '--numeric-users', '--inet', '--inet6', '--ip', '--all', '--listening'],
  ...['--tcp', '--udp', '--udplite', '--raw', '--unix', '--ext', '--prog', '--wid', '--num', '--sym', '--timers'],
  ...['--ipx', '--ax25', '--x25', '--netrom', '--rose', '--ddp', '--bluetooth', '--version', '--help', '-?', '--foo'],
  ...['-A inet', '-A inet6,inet', '-A unix', '-A ip6', '-A x25,unix', '-A nothing', '-A', 'word', '5', '--', '-'],
];

/** Words in the order they were drawn; letters that follow one another may be written as one word. */
function commandLine(random: Random): CommandLine {
  const words = [random.pick(MODES)];
  for (let left = 1 + random.below(6); left > 0; left -= 1) words.push(random.pick(OFTEN));
  for (let left = random.below(4) - 1; left > 0; left -= 1) words.splice(random.below(7), 0, random.pick(SELDOM));
  const joined: string[] = [];
  for (const word of words.flatMap((text) => text.split(' ')).filter((text) => text !== '')) {
    const letters = /^-[^-]$/.test(word) && /^-[^-A]+$/.test(joined.at(-1) ?? '');
    if (letters && random.below(2) === 0) joined[joined.length - 1] += word.slice(1);
    else joined.push(word);
  }
  return [joined];
}

function sample(seed: number): CommandLine[] {
  const random = new Random(seed);
  return Array.from({ length: SAMPLE }, () => commandLine(random));
}

compareAll(`random command lines (SEED=${SEED})`, worldOfFile(), sample(SEED));
