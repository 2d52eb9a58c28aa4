import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds, user and system, that a process and its living descendants have used so far, ended threads included.
 * Read before and after a window: the difference is exact to 0.02 s.
 */
export function cpuSeconds(pid: number): number {
  return sum(pid, (member) => {
    const fields = fieldsOf(member);
    // proc(5): fields 14 and 15 of `stat`; the first that we keep is field 3.
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });
}

/** Bytes of memory that a process and its descendants hold resident. */
export function residentBytes(pid: number): number {
  return sum(pid, (member) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  });
}

function sum(pid: number, measure: (member: number) => number): number {
  return [pid, ...descendants(pid)].reduce((total, member) => total + measure(member), 0);
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** What follows the program's name in `stat`; the name itself may hold spaces and brackets. */
function fieldsOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
