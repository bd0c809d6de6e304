import assert from 'node:assert/strict';
import { filesNamed, resourceUse, withOwnResultsUrl } from '../../../src/core/resources.ts';

const USES: readonly (readonly [method: string, path: string, use: ReturnType<typeof resourceUse>])[] = [
  ['POST', '/v1/messages/batches', { does: 'create', kind: 'batch' }],
  ['GET', '/v1/messages/batches', { does: 'list', kind: 'batch' }],
  ['GET', '/v1/messages/batches/b1', { does: 'use', kind: 'batch', id: 'b1', part: null }],
  ['GET', '/v1/messages/batches/b1/results', { does: 'use', kind: 'batch', id: 'b1', part: 'results' }],
  ['POST', '/v1/messages/batches/b1/cancel', { does: 'use', kind: 'batch', id: 'b1', part: 'cancel' }],
  ['DELETE', '/v1/files/f1', { does: 'use', kind: 'file', id: 'f1', part: null }],
  ['POST', '/v1/files', { does: 'create', kind: 'file' }],
  ['GET', '/v1/files', { does: 'list', kind: 'file' }],
  ['POST', '/v1/messages', null],
  ['GET', '/v1/filesystem', null],
  ['GET', '/v1/models', null],
];

describe('batches and files by their paths', () => {
  for (const [method, path, use] of USES) it(`${method} ${path}`, () => assert.deepEqual(resourceUse(method, path), use));
});

describe('the results URL of a batch', () => {
  it('is moved to this server, whatever stands around it', () => {
    const body = '{"id":"b1", "results_url" : "https://api.example.com/v1/messages/batches/b1/results","type":"message_batch"}';
    assert.equal(
      withOwnResultsUrl(body, 'http://here:4000'),
      '{"id":"b1", "results_url" : "http://here:4000/v1/messages/batches/b1/results","type":"message_batch"}',
    );
  });
  it('stays null while there is none', () => {
    assert.equal(withOwnResultsUrl('{"results_url":null}', 'http://here'), '{"results_url":null}');
  });
});

describe('the files that a body names', () => {
  it('are found once each', () => {
    assert.deepEqual(filesNamed('[{"file_id":"file_1"},{"file_id" : "file_2"},{"file_id":"file_1"}]'), ['file_1', 'file_2']);
  });
  it('are none in a text that talks of files', () => {
    assert.deepEqual(filesNamed(JSON.stringify({ text: '{"file_id":"file_1"}' })), []);
  });
});
