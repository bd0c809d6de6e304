import assert from 'node:assert/strict';
import { PromptCache } from '../../../src/planning/prompt-cache.ts';
import { MINUTE, NOW } from '../../support/builders.ts';

const prompt = (promptTokens: number, text: string | null = 'a', family = 'haiku') => ({
  model: `claude-${family}`,
  family,
  text,
  promptTokens,
  outputTokens: 0,
});

describe('the prompt cache of an account', () => {
  it('has nothing for the first prompt, which is written whole', () => {
    assert.deepEqual(new PromptCache().serve(prompt(40_000), NOW), { readTokens: 0, cost: 50_000 });
  });

  it('reads what the conversation left and writes only what is new', () => {
    const cache = new PromptCache();
    cache.serve(prompt(40_000), NOW);
    assert.deepEqual(cache.serve(prompt(44_000), NOW + MINUTE), { readTokens: 40_000, cost: 4000 + 5000 });
  });

  it('shares only the beginning between conversations', () => {
    const cache = new PromptCache();
    cache.serve(prompt(40_000), NOW);
    assert.equal(cache.serve(prompt(40_000, 'b'), NOW).readTokens, 12_000);
  });

  it('shares nothing between models', () => {
    const cache = new PromptCache();
    cache.serve(prompt(40_000), NOW);
    assert.equal(cache.serve(prompt(40_000, 'b', 'opus'), NOW).readTokens, 0);
  });

  it('forgets five minutes after the last use', () => {
    const cache = new PromptCache();
    cache.serve(prompt(40_000), NOW);
    cache.serve(prompt(40_000), NOW + 4 * MINUTE);
    assert.equal(cache.serve(prompt(40_000), NOW + 8 * MINUTE).readTokens, 40_000);
    assert.equal(cache.serve(prompt(40_000), NOW + 13 * MINUTE).readTokens, 0);
  });
});
