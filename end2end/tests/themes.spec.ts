import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';

const ground = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test('the colours follow the system', async ({ person }) => {
  const visitor = await person({ colorScheme: 'dark' });
  await visitor.goto('/');
  const dark = await ground(visitor);
  await visitor.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => ground(visitor)).not.toBe(dark);
});

test('chosen colours are remembered, and the first paint has them', async ({ person }) => {
  const visitor = await person({ colorScheme: 'dark' });
  await visitor.goto('/');
  const dark = await ground(visitor);
  await visitor.getByRole('button', { name: 'Colours: as the system' }).click();
  await expect(visitor.getByRole('button', { name: 'Colours: light' })).toBeVisible();
  await expect.poll(() => ground(visitor)).not.toBe(dark);
  const light = await ground(visitor);

  // What the server sends is already light, so there is nothing to flash.
  const sent = await visitor.request.get('/');
  expect(await sent.text()).toMatch(/<html[^>]* data-theme="light"/);
  await visitor.addInitScript(() => {
    const seen: (string | null)[] = [];
    Object.assign(window, { seenThemes: seen });
    new MutationObserver(() => seen.push(document.documentElement.getAttribute('data-theme'))).observe(
      document,
      { attributes: true, attributeFilter: ['data-theme'], subtree: true },
    );
  });
  await visitor.goto('/studio');
  await expect(visitor.getByRole('button', { name: 'Colours: light' })).toBeEnabled();
  expect(await ground(visitor)).toBe(light);
  const seen = await visitor.evaluate(() => (window as unknown as { seenThemes: string[] }).seenThemes);
  expect(seen.filter((theme) => theme !== 'light')).toEqual([]);
});

test('where the system chooses the colours, edges stay', async ({ person }) => {
  const visitor = await person();
  await visitor.emulateMedia({ forcedColors: 'active' });
  await visitor.goto('/c/nobody-at-all');
  await expect(visitor.locator('.player')).toHaveCSS('border-top-width', '1px');
  await visitor.goto('/studio');
  await expect(visitor.locator('.studio-side')).toHaveCSS('border-top-width', '1px');
});

test('who wants more contrast gets lines as strong as text', async ({ person }) => {
  const visitor = await person();
  await visitor.goto('/');
  const button = visitor.getByRole('banner').getByRole('link', { name: 'Go live' });
  const [edge, text] = await strengths();
  expect(edge).not.toBe(text);
  await visitor.emulateMedia({ contrast: 'more' });
  const [strong, same] = await strengths();
  expect(strong).toBe(same);

  function strengths(): Promise<string[]> {
    return button.evaluate((element) => {
      element.style.transition = 'none';
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = 'var(--ink-2)';
      const ink = getComputedStyle(probe).color;
      probe.remove();
      return [getComputedStyle(element).borderTopColor, ink];
    });
  }
});
