/** `headgate serve`: runs the server until it is told to stop. */
import type { Command } from 'commander';
import { runServer } from '../main.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { refuseUnsafeRuntime } from './unsafe-runtime.ts';

interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: string;
  readonly allowDebugger?: boolean;
}

export function addServeCommand(program: Command): void {
  withCommonOptions(
    program
      .command('serve', { isDefault: true })
      .description('run the server (the default command)')
      .option('--host <address>', 'listen address')
      .option('--port <port>', 'listen port')
      .option('--allow-debugger', 'run although a debugger can attach'),
    'headgate serve --port 4000',
  ).action(async (options: ServeOptions) => {
    refuseUnsafeRuntime({ mayDebug: options.allowDebugger === true });
    await runServer(await loadSettings(options), { asJson: options.json === true });
  });
}
