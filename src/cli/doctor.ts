/**
 * `headgate doctor`: looks at everything that Headgate rests on, and says what to do about what is wrong. It repairs nothing. Where no
 * server runs it opens the data folder for a moment, as a start would.
 */
import type { Command } from 'commander';
import { fetchThrough } from '../assembly/outbound.ts';
import { ConfigError } from '../config/faults.ts';
import type { LoadedConfig } from '../config/load.ts';
import { statisticsSchema } from '../contract/statistics.ts';
import { outboundProxy } from '../core/outbound-proxy.ts';
import { verifyAuditLog } from '../storage/audit/audit-files.ts';
import { StorageError } from '../storage/store.ts';
import { withApi } from './api-client.ts';
import { checkAccounts, checkAlerts } from './doctor/check-accounts.ts';
import { checkAudit } from './doctor/check-audit.ts';
import { checkConfig, faultFindings } from './doctor/check-config.ts';
import { checkFolder, isForeign } from './doctor/check-folder.ts';
import { checkClock, checkReach } from './doctor/check-reach.ts';
import { checkServer } from './doctor/check-server.ts';
import { about, type Finding } from './doctor/finding.ts';
import { gatherFolder } from './doctor/gather-folder.ts';
import { gatherReach } from './doctor/gather-reach.ts';
import { gatherServer } from './doctor/gather-server.ts';
import { allAccounts } from './find-account.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, EXIT, type Tone, table, toned } from './output.ts';

export function addDoctorCommand(program: Command): void {
  withCommonOptions(
    program
      .command('doctor')
      .description(
        'look at configuration, data folder, server, port, clock, upstream and accounts; say what to do about what is wrong',
      ),
    'headgate doctor',
  ).action(doctor);
}

async function doctor(options: CommonOptions): Promise<void> {
  const findings = await examine(options);
  const isWell = findings.every(({ verdict }) => verdict !== 'problem');
  outputOf(options).result({ ok: isWell, findings }, () => told(findings));
  if (!isWell) process.exitCode = EXIT.failed;
}

async function examine(options: CommonOptions): Promise<readonly Finding[]> {
  try {
    return await examineAll(await loadSettings(options), options);
  } catch (error) {
    // What the rest would be looked at with is not known.
    if (error instanceof ConfigError) return faultFindings(error.faults);
    throw error;
  }
}

async function examineAll({ config, file }: LoadedConfig, options: CommonOptions): Promise<readonly Finding[]> {
  const { storage, claude, oauth } = config;
  // Before the accounts are asked for: without a server that opens the folder, which puts some things in it right.
  const [folder, server] = await Promise.all([gatherFolder(storage.dataFolder), gatherServer(config)]);
  const goDirectly = fetchThrough(outboundProxy(claude.proxyUrl, claude.noProxy));
  const [upstream, tokens] = await Promise.all([gatherReach(claude.baseUrl), gatherReach(oauth.tokenUrl)]).finally(goDirectly);
  const isUsable = folder.folder?.isFolder === true && !isForeign(folder);
  const audit = isUsable ? await examineAudit(folder.path) : [];
  const accounts = isUsable ? await examineAccounts(options, oauth.clientId) : [];
  const clock = checkClock(upstream) ?? checkClock(tokens);
  return [
    ...checkConfig(config, file ?? null),
    ...checkFolder(folder),
    ...audit,
    ...checkServer(server),
    checkReach('upstream', upstream),
    checkReach('token endpoint', tokens),
    ...(clock === null ? [] : [clock]),
    ...accounts,
  ];
}

async function examineAudit(folder: string): Promise<readonly Finding[]> {
  try {
    return checkAudit(await verifyAuditLog(folder));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return [about('audit log').problem('It cannot be looked at.', error.message)];
  }
}

async function examineAccounts(options: CommonOptions, clientId: string | undefined): Promise<readonly Finding[]> {
  try {
    return await withApi(options, async (api) => [
      ...checkAlerts(statisticsSchema.parse(await api.call('GET', '/api/admin/statistics')).alerts),
      ...checkAccounts(await allAccounts(api), { clientId, now: Date.now() }),
    ]);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof StorageError)) throw error;
    return [about('accounts').problem('They cannot be looked at.', error.message)];
  }
}

const TONE_OF: Readonly<Record<Finding['verdict'], Tone>> = { ok: 'good', note: 'aside', warning: 'doubtful', problem: 'bad' };

function told(findings: readonly Finding[]): string {
  const rows = findings.map(({ verdict, about: what, message }) => [toned(TONE_OF[verdict], verdict), what, message]);
  const [, ...lines] = table(['', '', ''], rows).split('\n');
  const withRemedies = lines.map((line, index) => {
    const remedy = findings[index]?.remedy ?? null;
    return remedy === null ? line : `${line}\n${' '.repeat(REMEDY_INDENT)}→ ${remedy}`;
  });
  const count = (wanted: Finding['verdict']) => findings.filter(({ verdict }) => verdict === wanted).length;
  return [...withRemedies, '', `${plural(count('problem'), 'problem')}, ${plural(count('warning'), 'warning')}.`].join('\n');
}

const REMEDY_INDENT = 9;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
