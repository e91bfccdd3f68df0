import type { Page } from 'puppeteer-core';
import { expectAnyPicture, expectCameraPicture, expectSound } from '../support/media.ts';
import { expectStatus, goLive, status, watch } from '../support/people.ts';
import { instrumented, test } from '../support/firefox.ts';
import { expect } from '../support/test.ts';

test('a stream from Chromium is seen and heard in Firefox', async ({
  person,
  firefoxPage,
  server,
  channelName,
}) => {
  await goLive(await person(), channelName);
  await firefoxPage.goto(`${server.origin}/c/${channelName}`);
  await expect.poll(() => statusOf(firefoxPage), { timeout: 20_000 }).toBe(status.live);
  await expectCameraPicture(instrumented(firefoxPage));
  await expectSound(instrumented(firefoxPage));
});

test('a stream from Firefox is seen and heard in Chromium', async ({
  person,
  firefoxPage,
  server,
  channelName,
}) => {
  await firefoxPage.goto(`${server.origin}/studio/${channelName}`);
  const live = firefoxPage.locator('::-p-aria([name="Go live"][role="button"])');
  const both = firefoxPage.locator(
    '::-p-aria([name="Turn on camera and microphone"][role="button"])',
  );
  // Firefox gives without asking here, but does not say so beforehand.
  await both.click();
  await live.click();
  await expect.poll(() => statusOf(firefoxPage), { timeout: 20_000 }).toBe(status.live);

  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectAnyPicture(viewer);
  await expectSound(viewer);
});

function statusOf(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.querySelector('[role="status"]')?.textContent?.trim());
}
