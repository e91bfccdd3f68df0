import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { expectCameraPicture, expectSound } from '../support/media.ts';
import { button, endStream, expectStatus, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ autoplay: 'blocked' });

test('where the browser blocks sound, the picture starts and one tap brings the sound', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expect.poll(() => untouched(viewer, 'phase')).toBe('live');
  expect(await untouched(viewer, 'muted')).toBe(true);
  expect(await untouched(viewer, 'paused')).toBe(false);

  await expect(button(viewer, 'Turn on sound')).toBeVisible();
  await expect(button(viewer, 'Unmute')).toHaveCount(0);
  await expectCameraPicture(viewer);
  await expectAccessible(viewer);
  await button(viewer, 'Turn on sound').click();
  await expectSound(viewer);
  await expectCameraPicture(viewer);
  await expectStatus(viewer, status.live);
});

test('there is no call for sound where nothing can be heard', async ({ person, channelName }) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person({ hasTouch: true, isMobile: true });
  await watch(viewer, channelName);
  await expect.poll(() => untouched(viewer, 'phase')).toBe('live');
  await expect(button(viewer, 'Tap for sound')).toBeVisible();
  await endStream(streamer);
  await expect.poll(() => untouched(viewer, 'phase')).toBe('ended');
  await expect(button(viewer, 'Tap for sound')).toHaveCount(0);
});

const looks = {
  phase: `document.querySelector('[data-player]')?.getAttribute('data-phase')`,
  muted: `document.querySelector('video[data-slot="1"]').muted`,
  paused: `document.querySelector('video[data-slot="1"]').paused`,
};

/** Looks without touching: to the browser, everything that Playwright evaluates is a gesture. */
async function untouched(page: Page, look: keyof typeof looks): Promise<unknown> {
  const devtools = await page.context().newCDPSession(page);
  const { result } = await devtools.send('Runtime.evaluate', {
    expression: looks[look],
    userGesture: false,
  });
  await devtools.detach();
  return result.value;
}
