/** Which process listens on a port, as Linux tells it under `/proc` (proc_net(5), proc_pid_fd(5)). Elsewhere nobody knows. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The state of a socket that listens, in those tables. */
const LISTENS = '0A';

/** `process 4711, nginx`; null when it is another user's, or the system does not say. */
export async function listenerOn(port: number): Promise<string | null> {
  const tables = await Promise.all(TABLES.map((table) => readFile(table, 'utf8').catch(() => '')));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return null;
  const pids = (await readdir('/proc').catch((): string[] => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await hasSocket(pid, inodes))) continue;
    // Not its arguments, which may hold a secret, nor the name that it gives itself.
    const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => ''));
    return `process ${pid}${program === '' ? '' : `, ${program}`}`;
  }
  return null;
}

/** The inodes of the sockets that listen on the port, by a table of `/proc/net`: local address in column 1, state in 3, inode in 9. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const inode = columns[9];
    return columns[1]?.endsWith(wanted) && columns[3] === LISTENS && inode !== undefined ? [inode] : [];
  });
}

async function hasSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch((): string[] => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''));
}
