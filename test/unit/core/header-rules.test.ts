import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRateLimitHeader, namesIn, staysHere, staysUpstream, withBeta } from '../../../src/core/header-rules.ts';

const NOT_UPSTREAM = [
  // RFC 9110 section 7.6.1
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  // Credentials
  'authorization',
  'x-api-key',
  'proxy-authorization',
  'cookie',
  // Settled by the gateway
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  // Whereabouts
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-anything',
  'x-real-ip',
  'via',
  'origin',
  'x-headgate-anything',
];

const NOT_DOWNSTREAM = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'strict-transport-security',
  'alt-svc',
  'server',
  'nel',
  'report-to',
  'reporting-endpoints',
  'content-security-policy',
  'content-security-policy-report-only',
  'cf-ray',
  'via',
  'anthropic-organization-id',
];

const UPSTREAM_WANTS = [
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'user-agent',
  'x-app',
  'x-claude-code-session-id',
  'x-stainless-lang',
  'x-request-id',
  'content-encoding',
  'x-forwarded',
];
const CLIENTS_WANT = [
  'request-id',
  'retry-after',
  'x-should-retry',
  'anthropic-ratelimit-unified-status',
  'content-type',
  'content-encoding',
  'content-length',
  'date',
  'vary',
];

const anyCase = (names: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.infiniteStream(fc.boolean()))
    .map(([name, upper]) => [...name].map((letter) => (upper.next().value ? letter.toUpperCase() : letter)).join(''));

describe('header rules', () => {
  it('keep every listed request header on this side, in any case', () => {
    fc.assert(fc.property(anyCase(NOT_UPSTREAM), (name) => staysHere(name)));
  });

  it('keep every listed reply header on the upstream’s side, in any case', () => {
    fc.assert(fc.property(anyCase(NOT_DOWNSTREAM), (name) => staysUpstream(name)));
  });

  it('pass what the other side wants', () => {
    assert.deepEqual(UPSTREAM_WANTS.filter(staysHere), []);
    assert.deepEqual(CLIENTS_WANT.filter(staysUpstream), []);
  });

  it('say the same about a name however it is written', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.equal(staysHere(name), staysHere(name.toUpperCase().toLowerCase()));
        assert.equal(staysUpstream(name), staysUpstream(name.toUpperCase().toLowerCase()));
      }),
    );
  });

  it('leave nothing to do for a second pass', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyCase(NOT_UPSTREAM), anyCase(UPSTREAM_WANTS))), (names) => {
        const once = names.filter((name) => !staysHere(name));
        assert.deepEqual(
          once.filter((name) => !staysHere(name)),
          once,
        );
      }),
    );
  });

  it('read the names in a Connection field, whatever the blanks and cases', () => {
    assert.deepEqual(namesIn(' Keep-Alive,, X-Secret ,close'), ['keep-alive', 'x-secret', 'close']);
    assert.deepEqual([namesIn(undefined), namesIn('')], [[], []]);
  });

  it('know rate-limit headers in any case', () => {
    assert.ok(isRateLimitHeader('Anthropic-RateLimit-Unified-5h-Status'));
    assert.ok(!isRateLimitHeader('anthropic-version'));
  });
});

describe('the OAuth beta', () => {
  const beta = fc.stringMatching(/^[a-z0-9-]{1,20}$/);

  it('comes last behind the client’s list, whose order stays', () => {
    fc.assert(
      fc.property(fc.uniqueArray(beta, { minLength: 1 }), (listed) => {
        assert.equal(withBeta(listed.join(','), 'OAUTH'), `${listed.join(',')},OAUTH`);
      }),
    );
  });

  it('is appended once, however often it is asked for', () => {
    fc.assert(
      fc.property(fc.array(beta), beta, (listed, added) => {
        const once = withBeta(listed.join(', '), added);
        assert.equal(withBeta(once, added), once);
        assert.ok(
          once
            .split(',')
            .map((value) => value.trim())
            .includes(added),
        );
      }),
    );
  });

  it('is the whole list when the client has none', () => {
    assert.deepEqual([withBeta(undefined, 'b'), withBeta(' ', 'b')], ['b', 'b']);
  });

  it('is not taken for listed because a longer name contains it', () => {
    assert.equal(withBeta('oauth-2025-04-20-next', 'oauth-2025-04-20'), 'oauth-2025-04-20-next,oauth-2025-04-20');
  });
});
