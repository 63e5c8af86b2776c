/** What the path of a control group says of who runs in it. */
export interface Group {
  /** The innermost systemd unit that is not a slice, else the innermost slice: `nginx.service`, `session-4.scope`. */
  readonly unit: string | null;
  /** Id of the container as its runtime has it: 64 hexadecimal digits, or LXC's name. */
  readonly container: string | null;
  /** uid of the Kubernetes pod, with dashes. */
  readonly pod: string | null;
}

interface Pattern {
  readonly gives: 'container' | 'pod';
  /** Of one component of the path; the value is what the parentheses hold. */
  readonly group: RegExp;
}

/** Who names groups how. Of several that fit, the innermost counts. */
const PATTERNS: readonly Pattern[] = [
  // Docker, Podman, CRI-O and containerd under systemd.
  { gives: 'container', group: /^(?:docker|libpod|crio|cri-containerd)-([0-9a-f]{64})\.scope$/ },
  // The same with the cgroupfs driver: /docker/ID, /kubepods/…/ID, /libpod_parent/libpod-ID.
  { gives: 'container', group: /^(?:libpod-|crio-)?([0-9a-f]{64})$/ },
  { gives: 'container', group: /^lxc\.payload\.(.+)$/ },
  // systemd-nspawn, libvirt.
  { gives: 'container', group: /^machine-(.+)\.scope$/ },
  // kubelet: kubepods-burstable-podUID.slice with underscores, kubepods/burstable/podUID with dashes.
  { gives: 'pod', group: /^(?:kubepods.*-)?pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?:\.slice)?$/ },
  // Static pods: their uid is a digest without dashes.
  { gives: 'pod', group: /^(?:kubepods.*-)?pod([0-9a-f]{32})(?:\.slice)?$/ },
];

const UNIT = /^[^/]+\.(?:service|scope|socket|slice|mount|swap)$/;

/**
 * The path in the unified hierarchy, else in systemd's own, of /proc/PID/cgroup: lines `ID:CONTROLLERS:PATH`.
 * undefined: neither is there.
 *
 * Kernel: with cgroup v1 the line of the unified hierarchy is there too when it is mounted beside, and then says `/` of
 * whoever was not moved in it; systemd's own line knows better.
 */
export function cgroupPath(text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const unified = lines.find((line) => line?.[1] === '')?.[2];
  const systemd = lines.find((line) => line?.[1] === 'name=systemd')?.[2];
  return unified === undefined || unified === '/' ? (systemd ?? unified) : unified;
}

/** Everything the path of a group tells; nulls where it is not of that kind. */
export function groupOf(path: string): Group {
  const groups = path.split('/').reverse();
  return { unit: unitOf(path), container: innermost('container', groups), pod: innermost('pod', groups) };
}

/** `groups`: components of a path, the innermost first. */
function innermost(gives: Pattern['gives'], groups: readonly string[]): string | null {
  for (const group of groups) {
    for (const pattern of PATTERNS) {
      const value = pattern.gives === gives ? pattern.group.exec(group)?.[1] : undefined;
      if (value !== undefined) return gives === 'pod' ? value.replaceAll('_', '-') : value;
    }
  }
  return null;
}

function unitOf(path: string): string | null {
  const units = path.split('/').filter((group) => UNIT.test(group));
  return units.findLast((unit) => !unit.endsWith('.slice')) ?? units.at(-1) ?? null;
}
