/**
 * Loaded into the measured process before everything else: watches how long its event loop was away at a time. Tells by message, when
 * asked, the longest absence and how much of it the process itself was at work: on a shared machine it may just not have been let run.
 */
import process from 'node:process';

export interface Stall {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const EVERY_MS = 1;
const used = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

let longest: Stall = { wallMs: 0, cpuMs: 0 };
let busiest: Stall = longest;
let [wall, cpu] = [performance.now(), used()];
setInterval(() => {
  const [nowWall, nowCpu] = [performance.now(), used()];
  const stall = { wallMs: nowWall - wall - EVERY_MS, cpuMs: nowCpu - cpu };
  if (stall.wallMs > longest.wallMs) longest = stall;
  if (stall.cpuMs > busiest.cpuMs) busiest = stall;
  [wall, cpu] = [nowWall, nowCpu];
}, EVERY_MS).unref();

process.on('message', () => {
  process.send?.({ longest, busiest });
  longest = { wallMs: 0, cpuMs: 0 };
  busiest = longest;
});
process.channel?.unref();
