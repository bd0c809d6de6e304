/** Addresses, host names and URLs of the configuration. */
import assert from 'node:assert/strict';
import {
  isAddressRange,
  isExactOrigin,
  isHost,
  isLoopbackHost,
  isPrivateEnough,
  webUrl,
} from '../../../src/config/network-values.ts';

/** A test per value: those that the check takes, and those that it refuses. */
function table(check: (text: string) => boolean, { takes, refuses }: { takes: string[]; refuses: string[] }): void {
  for (const text of takes) it(`takes ${JSON.stringify(text)}`, () => assert.equal(check(text), true));
  for (const text of refuses) it(`refuses ${JSON.stringify(text)}`, () => assert.equal(check(text), false));
}

describe('isLoopbackHost', () => {
  table(isLoopbackHost, {
    takes: ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'],
    refuses: [
      '0.0.0.0',
      '::',
      '10.0.0.1',
      'example.org',
      'localhost.example.org',
      '127.0.0.1.example.org',
      '',
      'fe80::1',
      '::ffff:10.0.0.1',
    ],
  });
});

describe('isHost', () => {
  table(isHost, {
    takes: ['localhost', 'headgate.example.org', 'my_box', '0.0.0.0', '::', 'fd00::8', 'xn--bcher-kva.example'],
    refuses: [
      '',
      ' ',
      'http://a',
      'a:80',
      '[::1]',
      'a/b',
      '-a',
      'a-',
      '*.example.org',
      '1.2.3',
      '2130706433',
      'a..b',
      'a b',
      'x'.repeat(254),
    ],
  });
});

describe('isAddressRange', () => {
  table(isAddressRange, {
    takes: ['10.0.0.1', '10.0.0.0/8', '192.168.1.1/32', '::1', 'fd00::/8', 'fd00::/128'],
    refuses: [
      '',
      '10.0.0.0/33',
      'fd00::/129',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0/8',
      'a/8',
      'fe80::1%eth0',
    ],
  });
});

describe('isExactOrigin', () => {
  table(isExactOrigin, {
    takes: ['https://app.example.org', 'http://localhost:5173', 'https://app.example.org:8443'],
    refuses: [
      '*',
      'null',
      'https://app.example.org/',
      'https://app.example.org:443',
      'HTTPS://app.example.org',
      'https://*.example.org/x',
      'https://a@b',
    ],
  });
});

describe('webUrl', () => {
  table((text) => webUrl(text) !== undefined, {
    takes: ['https://a', 'http://a:80/b?c#d', 'https://a/@b'],
    refuses: [
      '',
      'a',
      'ftp://a',
      'https:/a',
      'https:a',
      'https://',
      'https://u@a',
      'https://u:p@a',
      'https://@a',
      'https://:@a',
      'https:\\\\a',
      'https://a b',
    ],
  });
});

describe('isPrivateEnough', () => {
  table((text) => isPrivateEnough(new URL(text)), {
    takes: ['https://example.org', 'http://127.0.0.1:1', 'http://localhost', 'http://[::1]:80', 'http://0x7f.1'],
    refuses: ['http://example.org', 'http://10.0.0.1', 'http://127.0.0.1.example.org', 'http://[fd00::1]'],
  });
});
