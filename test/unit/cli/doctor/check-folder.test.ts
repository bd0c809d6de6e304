import assert from 'node:assert/strict';
import { checkFolder, type FolderFacts } from '../../../../src/cli/doctor/check-folder.ts';

const GIB = 1024 ** 3;
const owned = { ownerId: 1000, isFolder: false };
const facts = (over: Partial<FolderFacts> = {}): FolderFacts => ({
  path: '/data',
  folder: { ...owned, mode: 0o40700, isFolder: true },
  entries: [{ ...owned, name: 'accounts.json', mode: 0o100600 }],
  writeRefused: null,
  freeBytes: 5 * GIB,
  userId: 1000,
  ...over,
});
const verdicts = (over: Partial<FolderFacts>) => checkFolder(facts(over)).map(({ about, verdict }) => `${about}: ${verdict}`);
const only = (over: Partial<FolderFacts>) => {
  const [finding, ...more] = checkFolder(facts(over)).filter(({ verdict }) => verdict !== 'ok');
  assert.deepEqual(more, []);
  return finding;
};

describe('what the doctor says about the data folder', () => {
  it('is nothing where all is well', () => assert.deepEqual(verdicts({}), ['data folder: ok', 'disk: ok']));

  it('is a note before the first start', () =>
    assert.match(only({ folder: null, entries: [] })?.message ?? '', /the first start makes it/));

  it('is that it is a file', () =>
    assert.match(only({ folder: { ...owned, mode: 0o100600 }, entries: [] })?.message ?? '', /\/data is not a folder/));

  it('is how to close it to others', () => {
    const finding = only({ folder: { ...owned, mode: 0o40750, isFolder: true } });
    assert.match(finding?.message ?? '', /Other users can enter \/data \(mode 750\)/);
    assert.equal(finding?.remedy, 'chmod 700 /data');
  });

  it('is which files others may read, and how to end that', () => {
    const entries = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ ...owned, name, mode: 0o100640 }));
    const finding = only({ entries });
    assert.equal(finding?.message, 'Other users may read in /data: a, b, c, d, e and 2 more.');
    assert.equal(finding?.remedy, 'chmod -R go= /data');
  });

  it('is nothing about what came with the sources', () =>
    assert.deepEqual(verdicts({ entries: [{ ...owned, name: '.gitkeep', mode: 0o100644 }] }), ['data folder: ok', 'disk: ok']));

  it('is whose it is, when it is not yours', () => {
    const finding = only({ userId: 0 });
    assert.match(finding?.message ?? '', /belongs to user 1000, and you are user 0/);
    assert.match(finding?.remedy ?? '', /sudo -u '#1000'/);
  });

  it('is which files in it are not yours', () =>
    assert.match(
      only({ entries: [{ ...owned, ownerId: 0, name: 'keys.json', mode: 0o100600 }] })?.message ?? '',
      /Of other users in \/data: keys\.json\./,
    ));

  it('says nothing of modes where users have no ids', () =>
    assert.deepEqual(verdicts({ userId: null, folder: { ...owned, mode: 0o40777, isFolder: true } }), [
      'data folder: ok',
      'disk: ok',
    ]));
});

describe('what the doctor says about the disk', () => {
  for (const [freeBytes, verdict, says] of [
    [5 * GIB, 'ok', '5120 MiB are free.'],
    [500 * GIB, 'ok', '500 GiB are free.'],
    [GIB / 4, 'warning', 'Only 256 MiB are free.'],
    [GIB / 64, 'problem', 'Only 16 MiB are free: the next change may not fit.'],
  ] as const)
    it(`is ${verdict} with ${freeBytes / 1024 / 1024} MiB`, () => {
      const finding = checkFolder(facts({ freeBytes })).at(-1);
      assert.deepEqual([finding?.verdict, finding?.message], [verdict, says]);
    });

  for (const [writeRefused, remedy] of [
    ['ENOSPC', /make room/],
    ['EROFS', /read-only/],
    ['EACCES', /user that the folder belongs to/],
    ['EIO', /Look at the disk/],
  ] as const)
    it(`has a remedy for ${writeRefused}`, () => {
      const finding = only({ writeRefused });
      assert.equal(finding?.verdict, 'problem');
      assert.match(finding?.remedy ?? '', remedy);
    });
});
