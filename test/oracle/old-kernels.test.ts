import { compareFakes, type FakeProcCase, type Files } from './fake-proc-suite.ts';
import * as old from './old-kernel-files.ts';

const EVERY: readonly string[] = ['', '-a', '-l', '-ae', '-ane', '-v'];

function family(name: string, files: Files, shows: RegExp): FakeProcCase {
  return { name, files, lines: EVERY.map((more) => `--${name} ${more}`.trim()), shows };
}

/** All in one /proc: what is chosen is shown, and without a choice all of it. */
const ALL: Files = {
  ...old.AX25_FILES,
  ...old.NETROM_FILES,
  ...old.X25_FILES,
  ...old.ROSE_FILES,
  ...old.IPX_FILES,
};

const SHORT: readonly FakeProcCase[] = Object.entries(old.SHORT_FILES).flatMap(([name, cases]) =>
  cases.map((files, index) => ({ name: `${name}, lines that end early ${index}`, files, lines: [`--${name} -ane`] })),
);

const UNREADABLE: readonly FakeProcCase[] = Object.entries(old.FILE_NAMES).flatMap(([name, file]) => [
  { name: `${file} is empty`, files: { [file]: '' }, lines: [`--${name}`] },
  { name: `${file} is a folder`, files: { [file]: { directory: true } }, lines: [`--${name}`, '-v'] },
  {
    name: `${file} leads to itself`,
    files: { [file]: { link: file.replace(/.*\//, '') } },
    lines: [`--${name}`, '-v', '', `-4 --${name}`],
  },
]);

compareFakes('families of old kernels', [
  family('ax25', old.AX25_FILES, /^K1ABC-10 +N0CALL-1 +ax0 +ESTABLISHED +005\/004 /m),
  family('netrom', old.NETROM_FILES, /^N0CALL-1 +K1ABC-10 +G4KLX-5 +nr0 +ESTABLISHED /m),
  family('x25', old.X25_FILES, /^1234567 +7654321 +x25a +1 +ESTABLISHED /m),
  family('rose', old.ROSE_FILES, /^ +K1ABC-10 +0987654321 +N0CALL-1 +rose0 +1 +2 +ESTABLISHED$/m),
  family('ipx', old.IPX_FILES, /^IPX +10 +20 00000001:000000000001:0140 00000002:000000000002:5104 ESTAB$/m),
  { name: 'ax25 before 2.4', files: old.OLD_AX25_FILES, lines: ['--ax25'], shows: /^K1ABC-10 +N0CALL-1 +ax0 /m },
  { name: 'all', files: ALL, users: 'both', lines: ['-n', '-an', '-lne', '--ipx --x25', '--rose -x --ax25 -a'] },
  { name: 'ipx is a file', files: { ipx: '' }, lines: ['--ipx', '-n'] },
  ...SHORT,
  ...UNREADABLE,
]);

compareFakes(
  'masquerading',
  Object.entries(old.MASQUERADE_FILES).map(([name, files]) => ({ name, files, lines: ['-M', '-Mn', '-Mne'] })),
);
