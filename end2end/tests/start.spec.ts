import type { Page, Route } from '@playwright/test';
import { Site } from '../support/site.ts';
import { button, shown } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

const failed = /Failed to load resource|Failed to fetch|ERR_|WebAssembly|imported module|TypeError|blocked by CORS/;
const sentence = /^This page has not started\./;

/** The client has taken over. */
async function expectStarted(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: /^(Colours|색상)/ })).toBeEnabled();
  await expect(page.locator('#stuck')).toHaveCount(0);
}

/** Answers the first so many requests so, and lets the others through. */
function first(times: number, answer: (route: Route) => Promise<void>) {
  let count = 0;
  return (route: Route) => ((count += 1) <= times ? answer(route) : route.fallback());
}

const reset = (route: Route) => route.abort('connectionreset');
const badGateway = (route: Route) => route.fulfill({ status: 502, body: 'Bad Gateway' });

for (const [file, pattern] of [
  ['WebAssembly', '**/pkg/*.wasm*'],
  ['script', '**/pkg/*.js*'],
  ['style sheet', '**/pkg/*.css*'],
] as const) {
  test(`a ${file} whose download fails once is fetched again`, async ({ person, faults }) => {
    faults.expect(failed);
    const visitor = await person();
    await visitor.route(pattern, first(1, file === 'script' ? badGateway : reset));
    await visitor.goto('/');
    await expectStarted(visitor);
    await expect
      .poll(() => visitor.evaluate(() => getComputedStyle(document.body).display))
      .toBe('flex');
  });
}

test('a client that cannot be downloaded is told in words, with a button', async ({
  person,
  faults,
}) => {
  faults.expect(failed);
  const visitor = await person({ locale: 'ko-KR' });
  await visitor.route('**/pkg/*.wasm*', badGateway);
  await visitor.goto('/c/somebody');
  await expect(shown(visitor, /^페이지가 시작되지 않았어요\./)).toBeVisible({ timeout: 20_000 });
  await expect(visitor.getByRole('status'), 'nothing is promised').not.toContainText('바로 보여드려요');
  await visitor.unroute('**/pkg/*.wasm*');
  await button(visitor, '새로고침').click();
  await expectStarted(visitor);
});

test('a page that is older than the server loads itself anew, once', async ({ person, faults }) => {
  faults.expect(failed);
  const visitor = await person();
  const gone = (route: Route) => route.fulfill({ status: 404 });
  await visitor.route('**/pkg/*.js*', first(2, gone));
  await visitor.goto('/');
  await expectStarted(visitor);

  // What stays wrong is told.
  const empty = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await visitor.route('**/pkg/*.wasm*', (route) =>
    route.fulfill({ contentType: 'application/wasm', body: empty }),
  );
  await visitor.goto('/studio');
  await expect(shown(visitor, sentence)).toBeVisible();
  await expect(button(visitor, 'Reload')).toBeVisible();
});

test('a client that dies starts over, and says so when it dies again', async ({ person }) => {
  const visitor = await person();
  await visitor.goto('/');
  await expectStarted(visitor);
  const die = () => visitor.evaluate(() => void Reflect.get(globalThis, 'heliographDied')());
  const reloaded = visitor.waitForEvent('load');
  await die();
  await reloaded;
  await expectStarted(visitor);
  await die();
  await expect(shown(visitor, /^Something on this page broke/)).toBeVisible();
  await button(visitor, 'Reload').click();
  await expectStarted(visitor);
});

test('a page without its script says so by itself', async ({ person }) => {
  const visitor = await person();
  await visitor.route('**/c/somebody', async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace(/<script[^>]* data-script[^]*?<\/script>/, '');
    await route.fulfill({ response, body: html });
  });
  await visitor.goto('/c/somebody');
  await expect(visitor.locator('#stuck')).toBeHidden();
  // It waits for what may only be late; the test does not.
  await visitor.locator('#stuck').evaluate((note) => note.getAnimations().forEach((it) => it.finish()));
  await expect(shown(visitor, sentence)).toBeVisible();
});

test('a page below a path and one in a sandbox say what does not work there', async ({
  person,
  server,
  faults,
}) => {
  faults.expect(failed);
  const visitor = await person();
  await visitor.route('**/live/c/somebody', async (route) => {
    const response = await route.fetch({ url: `${server.origin}/c/somebody` });
    await route.fulfill({ response });
  });
  await visitor.goto('/live/c/somebody');
  await expect(shown(visitor, /not below a path/)).toBeVisible();

  const site = await Site.showing(
    `<!doctype html><title>Another site</title><link rel="icon" href="data:,">
     <iframe sandbox="allow-scripts" src="${server.origin}/embed/somebody"></iframe>`,
  );
  await visitor.goto(site.alias);
  const frame = visitor.frameLocator('iframe');
  await expect(frame.getByText(/does not let the player start/)).toBeVisible();
  await expect(frame.getByRole('link', { name: 'Open on Heliograph' })).toHaveAttribute('target', '_blank');
  site.close();
});
