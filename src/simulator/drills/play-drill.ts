/** Plays drills: what befalls the accounts at once, and each later scene when its moment has come. */
import type { NewAccount } from '../accounts.ts';
import type { PlannedBlock } from '../compose-reply.ts';
import type { FaultInput, TokenFaultInput } from '../faults/fault-script.ts';
import type { WindowChange } from '../limits/windows.ts';
import { checkDrill, writtenPath } from './check-drill.ts';
import type { DrillInput, LaterScene, Scene } from './drill-schema.ts';

/** What a scene can do to the simulator. */
export interface Stage {
  accounts(): readonly { readonly name: string }[];
  addAccount(account: NewAccount): unknown;
  clearFaults(account?: string): void;
  expireAccessTokens(account: string): void;
  fault(account: string | null, fault: FaultInput): void;
  outage(ms: number): void;
  queueReply(blocks: readonly PlannedBlock[]): void;
  release(): number;
  revoke(account: string): void;
  setClockOffset(ms: number): void;
  setQuota(account: string, window: string, change: WindowChange): void;
  tokenFault(fault: TokenFaultInput): void;
}

export interface DrillPlayer {
  /** Does at once what has no condition. Nothing is done of a drill that is not valid. @throws Error that names every fault */
  play(drill: DrillInput, say: (what: string) => void): void;
  /** A message is asked for: it meets what is due by now. */
  messageComes(): void;
  /** No more scenes. */
  stop(): void;
}

interface Run {
  readonly say: (what: string) => void;
  pending: readonly LaterScene[];
  messages: number;
  /** Epoch ms of the first message; null: there was none. */
  firstAt: number | null;
}

/** Between two looks at a clock that may be set. */
const LOOK_MS = 100;

/** `now`: by which the seconds of scenes are counted. Scenes come by themselves as well, so that nobody has to ask for a message. */
export function createDrillPlayer(stage: Stage, now: () => number): DrillPlayer {
  const runs: Run[] = [];
  let timer: NodeJS.Timeout | null = null;

  function performDue(run: Run): void {
    const isDue = ({ afterRequests, afterSeconds }: LaterScene): boolean =>
      afterSeconds === undefined
        ? run.messages >= (afterRequests ?? 0)
        : run.firstAt !== null && now() >= run.firstAt + afterSeconds * 1000;
    const due = run.pending.filter(isDue);
    run.pending = run.pending.filter((scene) => !isDue(scene));
    for (const scene of due) perform(stage, scene, run.say);
  }

  function look(): void {
    for (const run of runs) performDue(run);
    const isWaiting = runs.some(
      ({ firstAt, pending }) => firstAt !== null && pending.some((scene) => scene.afterSeconds !== undefined),
    );
    if (isWaiting || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  function watch(): void {
    timer ??= setInterval(look, LOOK_MS);
    timer.unref();
  }

  return {
    play(input, say) {
      const checked = checkDrill(
        input,
        stage.accounts().map(({ name }) => name),
      );
      if (checked.kind === 'faulty')
        throw new Error(checked.faults.map(({ path, message }) => `${writtenPath(path) || 'the drill'}: ${message}`).join('; '));
      const { accounts, scenes, ...scene } = checked.drill;
      // Their windows begin at the simulated instant.
      if (scene.clockOffsetSeconds !== undefined) stage.setClockOffset(scene.clockOffsetSeconds * 1000);
      for (const account of accounts) stage.addAccount(account);
      perform(stage, scene, say);
      runs.push({ say, pending: scenes, messages: 0, firstAt: null });
    },
    messageComes() {
      for (const run of runs) {
        run.firstAt ??= now();
        performDue(run);
        run.messages += 1;
      }
      watch();
    },
    stop() {
      if (timer) clearInterval(timer);
      timer = null;
      runs.length = 0;
    },
  };
}

function perform(stage: Stage, scene: Scene, say: (what: string) => void): void {
  if (scene.say !== undefined) say(scene.say);
  if (scene.clockOffsetSeconds !== undefined) stage.setClockOffset(scene.clockOffsetSeconds * 1000);
  if (scene.clearFaults === true) stage.clearFaults();
  else for (const name of scene.clearFaults ?? []) stage.clearFaults(name);
  for (const { account, window, ...change } of scene.quotas) stage.setQuota(account, window, change);
  for (const name of scene.revoke) stage.revoke(name);
  for (const name of scene.expire) stage.expireAccessTokens(name);
  for (const { account, ...fault } of scene.faults) stage.fault(account ?? null, fault);
  for (const fault of scene.tokenFaults) stage.tokenFault(fault);
  for (const blocks of scene.replies) stage.queueReply(blocks);
  if (scene.release === true) stage.release();
  if (scene.outageSeconds !== undefined) stage.outage(scene.outageSeconds * 1000);
}
