import type { Locator, Page } from '@playwright/test';
import { expectCameraPicture, expectSilence, expectSound } from '../support/media.ts';
import { button, expectOnAir, expectStatus, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('a stream is begun and ended with the keyboard alone', async ({ person, channelName }) => {
  const streamer = await person();
  await streamer.goto('/studio');
  await expect(button(streamer, 'Turn off camera')).toBeVisible();
  await tabTo(streamer, streamer.getByRole('textbox', { name: 'Channel', exact: true }));
  await streamer.keyboard.type(channelName);
  await expect(button(streamer, 'Go live')).toBeEnabled();
  await tabTo(streamer, button(streamer, 'Go live'));
  await streamer.keyboard.press('Enter');
  await expectOnAir(streamer);

  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  await tabTo(streamer, button(streamer, 'End stream'));
  await streamer.keyboard.press('Enter');
  const dialog = streamer.getByRole('dialog', { name: 'End the stream?' });
  await expect(dialog).toBeVisible();
  await streamer.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button(streamer, 'End stream'), 'focus returns').toBeFocused();
  await streamer.keyboard.press('Enter');
  await tabTo(streamer, dialog.getByRole('button', { name: 'End stream' }));
  await streamer.keyboard.press('Enter');
  await expectStatus(viewer, status.ended);
});

test('a viewer reaches every control with the keyboard', async ({ person, channelName }) => {
  const streamer = await person();
  await streamer.goto(`/studio/${channelName}`);
  await button(streamer, 'Go live').click();
  const viewer = await person();
  await watch(viewer, channelName);
  await expectSound(viewer);
  await tabTo(viewer, button(viewer, 'Mute'));
  await expect(button(viewer, 'Mute')).toBeVisible();
  await viewer.keyboard.press('Enter');
  await expectSilence(viewer);
  await tabTo(viewer, viewer.getByRole('slider', { name: 'Volume' }));
  await tabTo(viewer, button(viewer, 'Full screen'));
  await viewer.keyboard.press('Enter');
  await expect.poll(() => viewer.evaluate(() => document.fullscreenElement !== null)).toBe(true);
});

test('the first stop of the keyboard leads past the header', async ({ person }) => {
  const visitor = await person();
  await visitor.goto('/');
  await visitor.keyboard.press('Tab');
  await expect(visitor.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
});

/** Presses Tab until the element has the focus; every stop on the way must be visible. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60; presses += 1) {
    if (await hasFocus()) return;
    await page.keyboard.press('Tab');
    // Between the last stop and the first, the focus is the browser's own.
    const focus = page.locator(':focus');
    if ((await focus.count()) > 0) await expect(focus).toBeVisible();
  }
  throw new Error(`the keyboard does not reach ${target}`);
}
