/** The command line. Every command is listed here; each lives in a file of `cli/`. */
import { Command } from 'commander';
import { addAccountCommands } from './cli/accounts.ts';
import { addBackupCommands } from './cli/backup.ts';
import { addConfigCommands } from './cli/config.ts';
import { addDemoCommand } from './cli/demo.ts';
import { addEnvCommand } from './cli/env.ts';
import { addInfoCommands } from './cli/info.ts';
import { addKeyCommands } from './cli/keys.ts';
import { CommandError } from './cli/output.ts';
import { addPlanCommand } from './cli/plan.ts';
import { addServeCommand } from './cli/serve.ts';
import { addSimulatorCommand } from './cli/simulator.ts';
import { refuseUnsafeRuntime } from './cli/unsafe-runtime.ts';
import { ConfigError } from './config/faults.ts';
import { StorageError } from './storage/store.ts';

// Whatever is created, by us or by libraries, is for the owner alone.
process.umask(0o077);

const program = new Command('headgate')
  .description('Self-hosted, multi-account OAuth load balancer for the Claude API')
  .hook('preAction', () => refuseUnsafeRuntime({ mayDebug: true }))
  .showHelpAfterError('(headgate --help lists the commands)');
addServeCommand(program);
addDemoCommand(program);
addSimulatorCommand(program);
addAccountCommands(program);
addKeyCommands(program);
addEnvCommand(program);
addInfoCommands(program);
addConfigCommands(program);
addBackupCommands(program);
addPlanCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  // Messages of these are written for the person at the terminal; anything else is a fault of ours and says so.
  const known = error instanceof CommandError || error instanceof ConfigError || error instanceof StorageError;
  process.stderr.write(
    known
      ? `${error.message}\n`
      : `headgate failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = error instanceof CommandError ? error.exitCode : 1;
}
