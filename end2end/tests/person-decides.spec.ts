// Nobody is on air without having pressed a button, and no tab takes anything from another by itself.

import { expectCameraPicture } from '../support/media.ts';
import {
  button,
  expectOnAir,
  expectStatus,
  expectViewers,
  goLive,
  openStudio,
  shown,
  status,
  watch,
} from '../support/people.ts';
import { sleeper } from '../support/sleep.ts';
import { expect, test } from '../support/test.ts';

/** How long the server waits for a host that says nothing, and then keeps its stream for its own. */
const yielded = 75_000;

test('a laptop that wakes up does not take back what another device carries on', async ({
  browser,
  person,
  channelName,
}) => {
  test.setTimeout(yielded + 60_000);
  const laptop = await sleeper(browser, async () => {
    const page = await person();
    await goLive(page, channelName);
    return page;
  });
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  const phone = await person();
  await openStudio(phone, channelName);
  laptop.fallAsleep();
  try {
    await expect(async () => {
      const goes = button(phone, 'Go live');
      if (await goes.isVisible()) await goes.click();
      await expect(button(phone, 'End stream')).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: yielded, intervals: [1_000] });
  } finally {
    laptop.wake();
  }
  await expect(shown(laptop.page, 'The stream goes on elsewhere.')).toBeVisible({ timeout: 20_000 });
  await expect(button(laptop.page, 'Go live')).toBeVisible();
  await expectOnAir(phone);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectOnAir(phone);
});

test('going back or forward in the history asks before it ends a stream', async ({
  person,
  channelName,
}) => {
  const page = await person();
  await page.goto('/');
  await page.getByRole('link', { name: 'Go live' }).first().click();
  await page.getByRole('link', { name: 'Heliograph, who is live now' }).click();
  await page.goBack();
  await expect(page).toHaveURL(/\/studio$/);
  await page.getByRole('textbox', { name: 'Channel', exact: true }).fill(channelName);
  await button(page, 'Go live').click();
  await expectOnAir(page);
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  for (const step of [1, -1]) {
    await page.evaluate((by) => history.go(by), step);
    await expect.poll(() => asked.length).toBe(step === 1 ? 1 : 2);
    await expectOnAir(page);
  }
  expect(asked).toEqual(['beforeunload', 'beforeunload']);
});

test('a duplicated tab watches beside the first', async ({ person, channelName }) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const first = await person();
  await watch(first, channelName);
  await expectCameraPicture(first);
  const opened = first.context().waitForEvent('page');
  // A window that a page opens begins with a copy of its session storage, as a duplicate does.
  await first.evaluate(() => void window.open(window.location.href));
  const copy = await opened;
  await expectStatus(copy, status.live);
  await expectViewers(streamer, 2);
  await expectStatus(first, status.live);
});

test('all tabs of a browser stream with the same key and keep their own settings', async ({
  person,
  channelName,
}) => {
  const [one, two] = [`${channelName}-1`, `${channelName}-2`];
  const first = await person();
  const second = await first.context().newPage();
  await openStudio(first, one);
  await openStudio(second, two);
  for (const tab of [first, second]) {
    await button(tab, 'Go live').click();
    await expectOnAir(tab);
  }
  const third = await first.context().newPage();
  await goLive(third, one);
  await expect(shown(first, 'The stream goes on elsewhere.')).toBeVisible();
  await expectOnAir(second);
});
