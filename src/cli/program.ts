/** The tree of commands. Every command is listed here; each lives in a file beside this one. */
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { addAccountCommands } from './accounts.ts';
import { addAdminKeyCommands } from './admin-key.ts';
import { addBackupCommands } from './backup.ts';
import { addClaudeCommand } from './claude.ts';
import { addCompletionCommand } from './completion.ts';
import { addConfigCommands } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEnvCommand } from './env.ts';
import { addInfoCommands } from './info.ts';
import { addKeyCommands } from './keys.ts';
import { addLogsCommand } from './logs.ts';
import { addPlanCommand } from './plan.ts';
import { addServeCommand } from './serve.ts';
import { addSimulatorCommand } from './simulator.ts';
import { refuseUnsafeRuntime } from './unsafe-runtime.ts';

/**
 * Throws a CommanderError where it would end the process by itself. `callersUmask`: of who started the process, for what it starts in its
 * turn.
 */
export function createProgram(callersUmask = 0o022): Command {
  const program = new Command('headgate')
    .description('Self-hosted, multi-account OAuth load balancer for the Claude API')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()
    .hook('preAction', () => refuseUnsafeRuntime({ mayDebug: true }))
    .showHelpAfterError('(headgate --help lists the commands)');
  addServeCommand(program);
  addDemoCommand(program);
  addSimulatorCommand(program);
  addAccountCommands(program);
  addKeyCommands(program);
  addEnvCommand(program);
  addClaudeCommand(program, callersUmask);
  addInfoCommands(program);
  addAdminKeyCommands(program);
  addLogsCommand(program);
  addDoctorCommand(program);
  addConfigCommands(program);
  addBackupCommands(program);
  addPlanCommand(program);
  addCompletionCommand(program);
  return program;
}
