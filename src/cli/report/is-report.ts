import type { CommandLine, OwnOptions } from '../command-line.ts';
import { selectRoutes, selectSockets } from '../selection.ts';

/** Does it ask for anything that netstat's own text cannot show? Then a report is printed instead. */
export function isReport(line: CommandLine): boolean {
  const { own } = line;
  return (
    own.tables !== null ||
    own.format !== 'netstat' ||
    own.columns !== null ||
    own.by !== null ||
    own.sort !== null ||
    own.info ||
    own.memory ||
    own.helpColumns ||
    own.record !== null ||
    own.replay !== null ||
    own.capture !== null ||
    own.diff ||
    own.netns?.kind === 'all' ||
    (choosesRows(own) && !onlyInternet(line)) ||
    (own.source === 'netlink' && !fromNetlink(line))
  );
}

/** netstat's text of these rows can be had for internet sockets; see `socketsOptions`. */
function choosesRows({ filter, netns, consistent }: OwnOptions): boolean {
  return filter !== null || netns !== null || consistent;
}

function onlyInternet(line: CommandLine): boolean {
  return line.mode === 'sockets' && selectSockets(line).sections.every(({ kind }) => kind === 'internet');
}

/** Can netlink tell all that netstat shows? */
function fromNetlink(line: CommandLine): boolean {
  if (line.mode === 'interfaces') return true;
  if (line.mode !== 'route') return onlyInternet(line);
  return selectRoutes(line).steps.every(({ family }) => family === 'inet');
}
