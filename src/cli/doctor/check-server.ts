/** The server of the data folder, and the port that it would listen on. */
import { about, type Finding } from './finding.ts';

export interface ServerFacts {
  /** What `server.json` of the folder says; null when there is none. */
  readonly note: { readonly url: string; readonly pid: number } | null;
  /** What `/readyz` of that address says; null when nobody answers there. */
  readonly readiness: Readiness | null;
  /** What is on the configured port; null when the server of the folder runs, and where any free port will do. */
  readonly port: PortFacts | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface PortFacts {
  readonly host: string;
  readonly port: number;
  /** The system's code when listening there was refused; null when it worked. */
  readonly refused: string | null;
  /** Who listens there, as far as that can be told. */
  readonly holder: { readonly isHeadgate: boolean; readonly process: string | null };
}

export function checkServer({ note, readiness, port }: ServerFacts): readonly Finding[] {
  return [...checkRunning(note, readiness), ...(port === null ? [] : [checkPort(port)])];
}

function checkRunning(note: ServerFacts['note'], readiness: Readiness | null): readonly Finding[] {
  const server = about('server');
  if (note === null) return [server.note('None runs on this data folder.', 'headgate serve')];
  const where = `${note.url} (process ${note.pid})`;
  if (readiness === null)
    return [
      server.warning(
        `One was at ${where}, and does not answer: it was killed, or hangs.`,
        'Start it again: headgate serve. If that says that the folder is in use, end the process first.',
      ),
    ];
  if (readiness.ready) return [server.ok(`Runs at ${where}.`)];
  return [
    server.problem(
      `Runs at ${where}, and takes no traffic: ${readiness.reasons.join(', ')}.`,
      WAITS[readiness.reasons[0] ?? ''] ?? 'Look at its log: headgate logs',
    ),
  ];
}

const WAITS: Readonly<Record<string, string>> = {
  starting: 'It is about to start: look again in a moment.',
  draining: 'It is about to stop: look again in a moment.',
  storage: 'Storage refuses writes: look at the disk of the data folder.',
};

function checkPort({ host, port, refused, holder }: PortFacts): Finding {
  const { ok, problem } = about('port');
  const where = `${host}:${port}`;
  switch (refused) {
    case null:
      return ok(`${where} is free.`);
    case 'EADDRINUSE': {
      const who = holder.process === null ? '' : ` (${holder.process})`;
      return problem(
        `${where} is in use by ${holder.isHeadgate ? `a Headgate with another data folder${who}` : `another program${who}`}.`,
        'End that, or name another server.port.',
      );
    }
    case 'EACCES':
      return problem(`${where} needs rights that you do not have.`, 'Name a server.port of 1024 or more.');
    case 'EADDRNOTAVAIL':
      return problem(`${host} is no address of this machine.`, 'Name one in server.host: 127.0.0.1, or 0.0.0.0 for all of them.');
    default:
      return problem(`${where} cannot be listened on (${refused}).`, 'Name another server.host or server.port.');
  }
}
