/** Starts and stops the process: configuration → app → signals → drain. */
import { type App, startApp } from './app.ts';
import { publicUrl } from './cli/env.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { DurationMs } from './core/time.ts';

/** Runs until a signal ends it, after saying where: to a person, or as one line of JSON. Resolves when everything is stopped and written. */
export async function runServer(loaded: LoadedConfig, { asJson }: { readonly asJson: boolean }): Promise<void> {
  const app = await startApp({ loaded });
  announce(app, app.config(), asJson);
  endOnFault(app);
  const reload = () => void app.reload();
  process.on('SIGHUP', reload);
  await untilSignal(async (hurry) => {
    app.log.info('stopping: running requests may finish', { patience_seconds: app.config().server.drainTimeoutMs / 1000 });
    await app.stop({ graceful: true, hurry });
  });
  process.off('SIGHUP', reload);
}

/** Calls `stop` at the first SIGTERM or SIGINT; a second one aborts its signal. Resolves when `stop` does. */
export async function untilSignal(stop: (hurry: AbortSignal) => Promise<void>): Promise<void> {
  const hurry = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  let stopping = false;
  const onSignal = () => {
    if (stopping) return hurry.abort();
    stopping = true;
    resolve();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  await promise;
  await stop(hurry.signal);
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
}

/** Where the dashboard is and where the admin key lies; the key itself only on a terminal, and only when it is new. */
function announce({ url, adminKey, adminKeyCreated, log }: App, { server, storage, auth }: Config, asJson: boolean): void {
  const address = server.publicUrl === undefined ? url : publicUrl(server);
  log.info('headgate listens', { url: address });
  const where = auth.apiKey === undefined ? `${storage.dataFolder}/admin-key` : 'auth.api_key of the configuration';
  if (asJson) {
    const keyFile = auth.apiKey === undefined ? `${storage.dataFolder}/admin-key` : null;
    const said = { url: address, dashboard: `${address}/ui/`, admin_key_file: keyFile, pid: process.pid };
    return void process.stdout.write(`${JSON.stringify(said)}\n`);
  }
  process.stdout.write(
    `\n  Dashboard   ${address}/ui/\n  Admin key   ${where} (headgate admin-key show)\n  Next        headgate accounts add --name work\n\n`,
  );
  if (adminKeyCreated && process.stdout.isTTY) process.stdout.write(`  The new admin key: ${adminKey}\n\n`);
}

/** What a process in an unknown state may still take to bring to the disk what is due: refreshes may need ten seconds for theirs. */
const FAULT_PATIENCE_MS: DurationMs = 15_000;

/** A fault that nobody caught leaves the process in an unknown state: it says so, saves what it can and ends. */
function endOnFault(app: App): void {
  let ending = false;
  const end = (error: unknown) => {
    if (ending) return;
    ending = true;
    app.log.error('an unexpected fault ends the process', { error });
    const leave = () => process.exit(1);
    setTimeout(leave, FAULT_PATIENCE_MS).unref();
    app.stop({ graceful: false }).then(leave, leave);
  };
  process.on('uncaughtException', end).on('unhandledRejection', end);
}
