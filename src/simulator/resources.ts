/** Batches and files: kept in the account that made them, and in no other. A batch is done as soon as somebody asks for the second time. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatedAccount } from './accounts.ts';
import { errorBody, parseJson, sendJson } from './wire.ts';

interface Batch {
  readonly id: string;
  readonly createdAt: number;
  readonly requests: readonly Readonly<Record<string, unknown>>[];
  looks: number;
  canceled: boolean;
}

interface StoredFile {
  readonly id: string;
  readonly createdAt: number;
  readonly filename: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

interface Shelf {
  readonly batches: Map<string, Batch>;
  readonly files: Map<string, StoredFile>;
}

export interface ResourceRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly url: URL;
  readonly account: SimulatedAccount;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SimulatedResources {
  /** Answers what is about a batch or a file; false for anything else. */
  serve(request: ResourceRequest): Promise<boolean>;
  /** Does the account hold the file? */
  holdsFile(account: string, id: string): boolean;
}

const PATH = /^\/v1\/(messages\/batches|files)(?:\/([^/]+)(?:\/([^/]+))?)?$/;

export function createResources(now: () => number): SimulatedResources {
  const shelves = new Map<string, Shelf>();
  let made = 0;
  const shelfOf = (account: string): Shelf => {
    const shelf = shelves.get(account) ?? { batches: new Map(), files: new Map() };
    shelves.set(account, shelf);
    return shelf;
  };
  const newId = (prefix: string) => {
    made += 1;
    return `${prefix}_sim${String(made).padStart(6, '0')}`;
  };

  function serveBatches(request: ResourceRequest, id: string | undefined, part: string | undefined): void {
    const { req, res, url, account, body, headers } = request;
    const { batches } = shelfOf(account.name);
    if (id === undefined && req.method === 'POST') {
      const requests = parseJson(body.toString('utf8'))?.['requests'];
      if (!Array.isArray(requests) || requests.length === 0) return refuse(request, 400, 'requests: Field required');
      const batch: Batch = { id: newId('msgbatch'), createdAt: now(), requests, looks: 0, canceled: false };
      batches.set(batch.id, batch);
      return sendJson(res, 200, batchView(batch, url), headers);
    }
    if (id === undefined)
      return sendList(
        request,
        [...batches.values()].map((batch) => batchView(batch, url)),
      );
    const batch = batches.get(id);
    if (!batch) return refuse(request, 404, `batch: ${id}`);
    if (part === 'results') return sendResults(request, batch);
    if (part === 'cancel') batch.canceled = true;
    if (req.method === 'DELETE') {
      batches.delete(id);
      return sendJson(res, 200, { id, type: 'message_batch_deleted' }, headers);
    }
    batch.looks += 1;
    sendJson(res, 200, batchView(batch, url), headers);
  }

  return {
    async serve(request) {
      const match = PATH.exec(request.url.pathname);
      if (!match) return false;
      const [, tree, id, part] = match;
      const { files } = shelfOf(request.account.name);
      const make = async () => ({ id: newId('file'), createdAt: now(), ...(await uploadedIn(request)) });
      if (tree === 'files') await serveFiles(request, files, make, [id, part]);
      else serveBatches(request, id, part);
      return true;
    },
    holdsFile: (account, id) => shelves.get(account)?.files.has(id) ?? false,
  };
}

type Wanted = readonly [id: string | undefined, part: string | undefined];

type Make = () => Promise<StoredFile>;

async function serveFiles(
  request: ResourceRequest,
  files: Map<string, StoredFile>,
  make: Make,
  [id, part]: Wanted,
): Promise<void> {
  const { req, res, headers } = request;
  if (id === undefined && req.method === 'POST') {
    const file = await make();
    files.set(file.id, file);
    return sendJson(res, 200, fileView(file), headers);
  }
  if (id === undefined) return sendList(request, [...files.values()].map(fileView));
  const file = files.get(id);
  if (!file) return refuse(request, 404, `file: ${id}`);
  if (req.method === 'DELETE') {
    files.delete(id);
    return sendJson(res, 200, { id, type: 'file_deleted' }, headers);
  }
  if (part !== 'content') return sendJson(res, 200, fileView(file), headers);
  res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length, ...headers });
  res.end(file.bytes);
}

function refuse({ res, headers }: ResourceRequest, status: number, message: string): void {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
  sendJson(res, status, errorBody(type, message, headers['request-id'] ?? ''), headers);
}

function sendList({ res, headers }: ResourceRequest, data: readonly { readonly id: string }[]): void {
  const newestFirst = data.toReversed();
  const list = {
    data: newestFirst,
    has_more: false,
    first_id: newestFirst[0]?.id ?? null,
    last_id: newestFirst.at(-1)?.id ?? null,
  };
  sendJson(res, 200, list, headers);
}

const isDone = ({ looks, canceled }: Batch): boolean => canceled || looks > 0;

function batchView(batch: Batch, url: URL) {
  const done = isDone(batch);
  const none = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  const count = batch.requests.length;
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: done ? 'ended' : 'in_progress',
    request_counts: done ? { ...none, [batch.canceled ? 'canceled' : 'succeeded']: count } : { ...none, processing: count },
    created_at: new Date(batch.createdAt).toISOString(),
    expires_at: new Date(batch.createdAt + 86_400_000).toISOString(),
    ended_at: done ? new Date(batch.createdAt).toISOString() : null,
    cancel_initiated_at: null,
    archived_at: null,
    results_url: done ? `${url.origin}/v1/messages/batches/${batch.id}/results` : null,
  };
}

function sendResults({ res, headers }: ResourceRequest, { requests }: Batch): void {
  const lines = requests.map(({ custom_id }) =>
    JSON.stringify({
      custom_id,
      result: {
        type: 'succeeded',
        message: { id: 'msg_batch', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
      },
    }),
  );
  const body = `${lines.join('\n')}\n`;
  res.writeHead(200, { 'content-type': 'application/x-jsonl', 'content-length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** The field `file` of a form; a body that is no form counts as the file itself. */
async function uploadedIn({ req, body }: ResourceRequest): Promise<Pick<StoredFile, 'filename' | 'mimeType' | 'bytes'>> {
  const type = req.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    return { filename: 'upload.bin', mimeType: 'application/octet-stream', bytes: body };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('file: Field required');
  return { filename: file.name, mimeType: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
}

const fileView = ({ id, createdAt, filename, mimeType, bytes }: StoredFile) => ({
  id,
  type: 'file',
  filename,
  mime_type: mimeType,
  size_bytes: bytes.length,
  created_at: new Date(createdAt).toISOString(),
  downloadable: false,
});
