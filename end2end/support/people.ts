// What streamers and viewers do, in the words of the product's own buttons.

import { expect, type Locator, type Page } from '@playwright/test';

/** The states that a watch page's status names, in English. */
export const status = {
  connecting: 'Connecting…',
  live: 'Live',
  waiting: 'Not live yet. This page starts by itself.',
  reconnecting: 'Connection lost. Getting you back…',
  /** What a streamer whom viewers still see is told. */
  serverAway: /^The server is away\. /,
  ended: 'The stream has ended.',
  full: /^This stream is full\./,
} as const;

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

/** Opens the studio and waits until there is something to send. */
export async function openStudio(page: Page, channel: string): Promise<void> {
  await page.goto(`/studio/${encodeURIComponent(channel)}`);
  await expect(button(page, 'Go live')).toBeEnabled();
}

export async function goLive(page: Page, channel: string, title?: string): Promise<void> {
  await openStudio(page, channel);
  if (title) await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await button(page, 'Go live').click();
  await expectOnAir(page);
}

export async function expectOnAir(page: Page): Promise<void> {
  await expect(button(page, 'End stream')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText(status.live);
}

export async function endStream(page: Page): Promise<void> {
  await button(page, 'End stream').click();
  const dialog = page.getByRole('dialog', { name: 'End the stream?' });
  await dialog.getByRole('button', { name: 'End stream' }).click();
  await expect(button(page, 'Go live')).toBeVisible();
}

export async function watch(page: Page, channel: string): Promise<void> {
  await page.goto(`/c/${encodeURIComponent(channel)}`);
}

export async function expectStatus(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('status')).toHaveText(text, { timeout: 20_000 });
}

/** The picture goes on without the server, and the page says both. */
export async function expectServerAway(page: Page): Promise<void> {
  await expect(shown(page, 'Server away. The picture goes on.')).toBeVisible({ timeout: 20_000 });
  await expectStatus(page, status.live);
}

/** How many viewers the page says there are. */
export async function expectViewers(page: Page, count: number): Promise<void> {
  await expect(page.locator('[data-viewers]').first()).toHaveAttribute(
    'data-viewers',
    String(count),
    { timeout: 15_000 },
  );
}

/** The text, where it can be seen. */
export function shown(page: Page, text: string | RegExp): Locator {
  return page.getByText(text).filter({ visible: true }).first();
}
