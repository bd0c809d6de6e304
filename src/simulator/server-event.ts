/** One event of a stream (WHATWG HTML, server-sent events). */

export interface ServerEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const eventText = ({ name, data }: ServerEvent): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
export const ping: ServerEvent = { name: 'ping', data: { type: 'ping' } };
export const errorEvent = (type: string, message: string): ServerEvent => ({
  name: 'error',
  data: { type: 'error', error: { type, message } },
});
