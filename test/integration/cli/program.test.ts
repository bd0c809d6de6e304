/** What all commands have in common: help with examples, exit codes, colours, JSON. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../../src/cli/program.ts';
import { runCommand, startServer } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';

const leavesOf = (command: Command, path: readonly string[]): readonly (readonly string[])[] =>
  command.commands.length === 0 ? [path] : command.commands.flatMap((next) => leavesOf(next, [...path, next.name()]));

const ESCAPE = '\u001b[';

describe('every command', () => {
  /** Takes all that follows for what it starts, or prints what is no document. */
  const WITHOUT_JSON = new Set(['claude', 'completion']);

  for (const path of leavesOf(createProgram(), [])) {
    const name = path.join(' ');
    it(`${name} explains itself with an example`, async () => {
      let help = '';
      const program = createProgram();
      const found = path.reduce<Command | undefined>((at, next) => at?.commands.find((one) => one.name() === next), program);
      found?.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      await assert.rejects(program.parseAsync([...path, '--help'], { from: 'user' }), { exitCode: 0 });
      assert.match(help, new RegExp(`^Usage: headgate ${name}`));
      assert.match(help, new RegExp(`Examples?:\\n.*headgate ${name.replace('serve', '(serve)?')}`));
      if (!WITHOUT_JSON.has(name)) assert.match(help, /--json/);
    });
  }
});

describe('the exit code', function () {
  this.timeout(20_000);

  for (const [args, exitCode, says] of [
    ['version', 0, /^headgate \d/],
    ['--version', 0, /^\d+\.\d+\.\d+\n$/],
    ['accounts --help', 0, /^Usage: headgate accounts/],
    ['accounts', 2, /^Usage: headgate accounts/],
    ['accounts lst', 2, /unknown command 'lst'.*Did you mean list\?/s],
    ['version --colour', 2, /unknown option '--colour'/],
    ['keys create', 2, /required option '--name <name>' not specified/],
    ['env --shell tcsh', 2, /Allowed choices are sh, fish, powershell, cmd/],
    ['config check --config /nonexistent/config.yaml', 1, /no such file/],
  ] as const)
    it(`of "${args}" is ${exitCode}`, async () => {
      const ended = await runCommand(args.split(' '), {});
      assert.equal(ended.exitCode, exitCode, ended.output);
      assert.match(ended.output, says);
    });
});

describe('what commands print', function () {
  this.timeout(20_000);
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['work'] });
  });
  after(() => world.stop());

  const list = (variables: Record<string, string>) => runCommand(['accounts', 'list', '--data', world.dataFolder], variables);

  it('has no colours where it is no terminal', async () => assert.ok(!(await list({})).output.includes(ESCAPE)));

  it('has colours everywhere with FORCE_COLOR, and none with NO_COLOR', async () => {
    const coloured = (await list({ FORCE_COLOR: '1' })).output;
    assert.ok(coloured.includes(`${ESCAPE}32mactive${ESCAPE}39m`), coloured);
    assert.ok(!(await list({ NO_COLOR: '1' })).output.includes(ESCAPE));
  });

  it('stays a document when a program asks for JSON, whatever the colours', async () => {
    const { output } = await runCommand(['accounts', 'list', '--json', '--data', world.dataFolder], { FORCE_COLOR: '1' });
    assert.equal(JSON.parse(output)[0].name, 'work');
  });
});

describe('what runs until it is told to stop', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-program-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const command of ['serve', 'demo', 'simulator'])
    it(`${command} --json says on one line of JSON where it listens`, async () => {
      const args = [command, '--port', '0', '--json', ...(command === 'serve' ? ['--data', folder] : [])];
      const child = spawn(join(import.meta.dirname, '../../../bin/headgate'), args, {
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      const { url, pid } = JSON.parse(chunk.toString()) as { url: string; pid: number };
      assert.equal(pid, child.pid);
      assert.ok((await fetch(`${url}/`)).status < 500);
      child.kill('SIGTERM');
      await once(child, 'close');
    });

  it('has its log in colours with FORCE_COLOR, and without where it is no terminal', async () => {
    for (const [variables, coloured] of [
      [{ FORCE_COLOR: '1' }, true],
      [{}, false],
    ] as const) {
      const server = await startServer({ STORAGE__DATA_FOLDER: folder, ...variables });
      assert.equal(server.output().includes(`${ESCAPE}32minfo `), coloured);
      await server.end('SIGTERM');
    }
  });
});
