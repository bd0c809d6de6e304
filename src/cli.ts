/** The command line: runs one command, and tells by the exit code how it ended (docs/cli.md). */
import { CommanderError } from 'commander';
import { CommandError, EXIT } from './cli/output.ts';
import { createProgram } from './cli/program.ts';
import { ConfigError } from './config/faults.ts';
import { StorageError } from './storage/store.ts';

// Whatever is created, by us or by libraries, is for the owner alone.
const callersUmask = process.umask(0o077);

try {
  await createProgram(callersUmask).parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** Says what went wrong, as far as that was not said yet, and returns the exit code. */
function tell(error: unknown): number {
  // Commander has written its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
  // Messages of these are written for the person at the terminal; anything else is a fault of ours and says so.
  const known = error instanceof CommandError || error instanceof ConfigError || error instanceof StorageError;
  process.stderr.write(
    known
      ? `${error.message}\n`
      : `headgate failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}
