import assert from 'node:assert/strict';
import { checkServer, type PortFacts } from '../../../../src/cli/doctor/check-server.ts';
import { listeningInodes } from '../../../../src/cli/doctor/port-holder.ts';

const note = { url: 'http://127.0.0.1:4000', pid: 4711 };
const port = (over: Partial<PortFacts>): PortFacts => ({
  host: '127.0.0.1',
  port: 4000,
  refused: 'EADDRINUSE',
  holder: { isHeadgate: false, process: null },
  ...over,
});
const portFinding = (over: Partial<PortFacts>) => checkServer({ note: null, readiness: null, port: port(over) })[1];

describe('what the doctor says about the server', () => {
  for (const [what, readiness, verdict, says] of [
    ['well when it is ready', { ready: true, reasons: [] }, 'ok', /Runs at http:\/\/127\.0\.0\.1:4000 \(process 4711\)/],
    ['a problem when storage fails', { ready: false, reasons: ['storage'] }, 'problem', /takes no traffic: storage/],
    ['a warning when it does not answer', null, 'warning', /was killed, or hangs/],
  ] as const)
    it(`is ${what}`, () => {
      const [finding, ...more] = checkServer({ note, readiness, port: null });
      assert.deepEqual(more, []);
      assert.equal(finding?.verdict, verdict);
      assert.match(finding?.message ?? '', says);
    });

  it('is a note when there is none', () =>
    assert.deepEqual(
      checkServer({ note: null, readiness: null, port: null }).map(({ verdict }) => verdict),
      ['note'],
    ));
});

describe('what the doctor says about the port', () => {
  it('is that it is free', () => assert.equal(portFinding({ refused: null })?.message, '127.0.0.1:4000 is free.'));

  for (const [what, over, says] of [
    [
      'another Headgate',
      { holder: { isHeadgate: true, process: 'process 7, node' } },
      /by a Headgate with another data folder \(process 7, node\)/,
    ],
    ['another program', { holder: { isHeadgate: false, process: null } }, /by another program\./],
    ['one that needs rights', { refused: 'EACCES' }, /needs rights/],
    ['an address of elsewhere', { refused: 'EADDRNOTAVAIL' }, /no address of this machine/],
    ['anything else', { refused: 'EMFILE' }, /cannot be listened on \(EMFILE\)/],
  ] as const)
    it(`is who or what is in the way: ${what}`, () => {
      const finding = portFinding(over);
      assert.equal(finding?.verdict, 'problem');
      assert.match(finding?.message ?? '', says);
    });
});

describe('the sockets that listen on a port', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:0FA0 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1
   2: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`;

  it('are those in the state of listening, on that port alone', () => assert.deepEqual(listeningInodes(table, 4000), ['111']));

  it('are none in an empty table', () => assert.deepEqual(listeningInodes('', 4000), []));
});
