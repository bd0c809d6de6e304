/** `/docs`: the administration API as a page to read. */
import assert from 'node:assert/strict';
import { documentedOperations } from '../../support/documented.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('the page of the API', () => {
  let world: World;
  let reply: Response;
  let html: string;
  before(async () => {
    world = await startWorld();
    reply = await fetch(`${world.app.url}/docs`);
    html = await reply.text();
  });
  after(() => world.stop());

  it('shows every route that the document has, with a place to link to', () => {
    const plain = html.replaceAll('<wbr>', '');
    assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
    for (const [name, { operationId }] of documentedOperations) {
      assert.ok(html.includes(`<article id="${operationId}">`), operationId);
      assert.ok(plain.includes(`<code>${name.split(' ')[1]}</code>`), name);
    }
  });

  it('has no link into nowhere', () => {
    const anchors = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
    assert.ok(links.length > documentedOperations.size);
    assert.deepEqual(
      links.filter((id) => !anchors.has(id)),
      [],
    );
  });

  it('has a place once only under each name', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual([...new Set(ids)], ids);
  });

  it('runs nothing, holds no style, and loads from nowhere else', () => {
    assert.doesNotMatch(html, /<script|<style| style=| on\w+=|https?:\/\//);
    const policy = reply.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"])
      assert.ok(policy.includes(part), policy);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('has its style beside it', async () => {
    const style = await fetch(`${world.app.url}/docs/style.css`);
    assert.deepEqual([style.status, style.headers.get('content-type')], [200, 'text/css; charset=utf-8']);
    assert.match(await style.text(), /color-scheme: light dark/);
  });

  it('says nothing of this instance', () => {
    for (const secret of [world.app.adminKey, world.key, world.dataFolder]) assert.ok(!html.includes(secret));
  });
});
