import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process ids of the media workers that an origin has started, the first one first. */
export async function mediaWorkersOf({ pid }: { readonly pid: number }): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')),
  );
  const workers = lists.flatMap((list) => list.split(/\s+/).filter(Boolean).map(Number));
  return workers.sort((a, b) => a - b);
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
