/** What is made from the code says what the code says; `node tools/docs/generate.ts` brings it up to date. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDrill } from '../../src/simulator/drills/read-drill.ts';
import { documents } from '../../tools/docs/all-documents.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');

describe('what is made from the code', () => {
  for (const { file, render } of documents) {
    it(`is up to date in ${file} (if not: node tools/docs/generate.ts)`, () => assert.equal(read(file), render(read(file))));
  }
});

describe('the drill that docs/simulator.md shows', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/simulator.md')) ?? [];

  it('can be played', () => assert.equal(readDrill(example).kind, 'drill', JSON.stringify(readDrill(example))));
});
