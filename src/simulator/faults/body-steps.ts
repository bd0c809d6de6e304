/** The shapes that more than one fault gives to a body. */
import { eventText, type ServerEvent } from '../server-event.ts';
import type { Break, Shape, Step } from './action.ts';

export const asEventSteps = (events: readonly ServerEvent[]): readonly Step[] =>
  events.map((event) => ({ kind: 'event', event }));

/** The first half of a message, and the rest. */
export function halves(text: string): readonly [Step, Step] {
  const half = Math.floor(text.length / 2);
  return [
    { kind: 'bytes', bytes: text.slice(0, half) },
    { kind: 'bytes', bytes: text.slice(half) },
  ];
}

export interface BreakOptions {
  readonly afterEvents: number;
  /** Half of the next event comes as well. */
  readonly midEvent: boolean;
}

/** After so many events; a message in its middle. */
export function breakAfter(how: Break, { afterEvents, midEvent }: BreakOptions): Shape {
  const strike: Step = { kind: 'break', how };
  return {
    stream(events) {
      if (afterEvents > events.length) return asEventSteps(events);
      const next = events[afterEvents];
      const part = midEvent && next ? [halves(eventText(next))[0]] : [];
      return [...asEventSteps(events.slice(0, afterEvents)), ...part, strike];
    },
    message: (text) => [halves(text)[0], strike],
  };
}
