/** What the path of a control group says of who runs in it. */

/** Names of the groups that hold a container's processes; the id is the part in parentheses. */
const CONTAINER_GROUPS: readonly RegExp[] = [
  /^(?:docker|libpod|crio|cri-containerd)-([0-9a-f]{64})\.scope$/,
  /^(?:libpod-|crio-)?([0-9a-f]{64})$/,
  /^lxc\.payload\.(.+)$/,
  /^machine-(.+)\.scope$/,
];

const UNIT = /^[^/]+\.(?:service|scope|socket|slice|mount|swap)$/;

/**
 * The path in the unified hierarchy, else in systemd's own, of /proc/PID/cgroup: lines `ID:CONTROLLERS:PATH`.
 * undefined: neither is there.
 */
export function cgroupPath(text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const found = lines.find((line) => line?.[1] === '') ?? lines.find((line) => line?.[1] === 'name=systemd');
  return found?.[2];
}

/** Id of the container a group belongs to, as its runtime has it: 64 hexadecimal digits, or LXC's name. */
export function containerOf(path: string): string | null {
  for (const group of path.split('/').reverse()) {
    for (const pattern of CONTAINER_GROUPS) {
      const id = pattern.exec(group)?.[1];
      if (id !== undefined) return id;
    }
  }
  return null;
}

/** The innermost systemd unit that is not a slice, else the innermost slice: `nginx.service`, `session-4.scope`. */
export function unitOf(path: string): string | null {
  const units = path.split('/').filter((group) => UNIT.test(group));
  return units.findLast((unit) => !unit.endsWith('.slice')) ?? units.at(-1) ?? null;
}
