/** What the simulated model says in the demo: answers of different length, with thoughts before some of them. */
import type { PlannedBlock } from '../compose-reply.ts';
import type { ReplyPlan } from '../reply-plan.ts';

const SENTENCES = [
  'The function returns before the file is closed, so a second call sees the handle that the first one left behind.',
  'I moved the check in front of the loop; the loop itself did not have to change.',
  'There are two callers, and only one of them can pass an empty list.',
  'The test failed because the clock was read twice, once on each side of midnight.',
  'A map keeps the order of insertion, which is what the page relies on.',
  'Without an index the query reads every row; with one it reads eleven.',
  'The message names the key, the value that was found, and what may stand there instead.',
  'I left the public names as they are, so nothing outside this folder notices.',
  'The retry waits a random time below half a second, and twice that the next time.',
  'Both branches did the same, so I kept one.',
  'This can be said in one line, but three are easier to read.',
  'The last open question is whether an empty answer counts as an answer.',
] as const;

const FEWEST = 2;
const MORE = 14;

/** `chance`: from 0 up to 1. */
export const createDemoAnswers =
  (chance: () => number): ReplyPlan =>
  (request) => {
    const start = Math.floor(chance() * SENTENCES.length);
    const count = FEWEST + Math.floor(chance() * MORE);
    const text = Array.from({ length: count }, (_, index) => SENTENCES[(start + index) % SENTENCES.length]).join(' ');
    const thought: PlannedBlock = { type: 'thinking', thinking: 'Read the test first, then the function that it calls.' };
    const thinks = String(request['model']).includes('opus');
    return [...(thinks ? [thought] : []), { type: 'text', text }];
  };
