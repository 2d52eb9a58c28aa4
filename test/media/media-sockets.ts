import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process id of the media worker that has done most: of several, that which carries the only show. */
export async function busiestMediaWorkerOf(origin: { readonly pid: number }): Promise<number> {
  const workers = await mediaWorkersOf(origin);
  const times = await Promise.all(workers.map(cpuTimeOf));
  const busiest = workers[times.indexOf(Math.max(...times))];
  if (busiest === undefined) throw new Error('the origin has no media worker');
  return busiest;
}

/** How long a process has run on a core, in ticks: fields 14 and 15 of proc(5)'s stat, counted behind the name. */
async function cpuTimeOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** The process ids of the media workers that an origin has started. */
async function mediaWorkersOf({ pid }: { readonly pid: number }): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')),
  );
  return lists.flatMap((list) => list.split(/\s+/).filter(Boolean).map(Number));
}

/** How many sockets of UDP and TCP an origin's media workers have open, those that listen included: all of them are for media. */
export async function mediaSocketsOf(origin: { readonly pid: number }): Promise<number> {
  const workers = await mediaWorkersOf(origin);
  const [inodes, held] = await Promise.all([
    internetSockets(),
    Promise.all(workers.map((worker) => socketsOf(worker))),
  ]);
  return held.flat().filter((inode) => inodes.has(inode)).length;
}

/** The inodes of this machine's sockets of UDP and TCP, as proc(5) lists them. */
async function internetSockets(): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['udp', 'udp6', 'tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')),
  );
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1));
  return new Set(rows.map((row) => row.trim().split(/\s+/)[9] ?? ''));
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  // What is closed between the list and the look is not open.
  const links = (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => ''));
  return (await Promise.all(links)).flatMap((link) => link.match(/^socket:\[(\d+)\]$/)?.[1] ?? []);
}
