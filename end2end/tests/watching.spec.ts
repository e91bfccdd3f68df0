import type { Page } from '@playwright/test';
import { expectCameraPicture, expectSilence, expectSound, PICTURE } from '../support/media.ts';
import { button, expectStatus, expectViewers, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

const picture = (page: Page) => page.locator(`video[data-slot="${PICTURE}"]`);
const volume = (page: Page) => picture(page).evaluate((video: HTMLVideoElement) => video.volume);

test('a viewer hears the stream at once where the browser allows it', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectSound(viewer);
  await expectViewers(viewer, 1);
});

test.describe('a viewer of a live stream', () => {
  let viewer: Page;

  test.beforeEach(async ({ person, channelName }) => {
    await goLive(await person(), channelName);
    viewer = await person();
    await watch(viewer, channelName);
    await expectStatus(viewer, status.live);
    await expectCameraPicture(viewer);
  });

  test('turns the sound off and on', async () => {
    await button(viewer, 'Mute').click();
    await expectSilence(viewer);
    await button(viewer, 'Unmute').click();
    await expectSound(viewer);
    await viewer.keyboard.press('m');
    await expectSilence(viewer);
    await viewer.keyboard.press('m');
    await expectSound(viewer);
  });

  test('reloads the page and watches on', async () => {
    await viewer.reload();
    await expectStatus(viewer, status.live);
    await expectCameraPicture(viewer);
  });

  test('sets the volume, which the browser remembers', async ({ channelName }) => {
    const loudest = await volume(viewer);
    await viewer.getByRole('slider', { name: 'Volume' }).fill('40');
    await expect.poll(() => volume(viewer)).toBeCloseTo(0.4 * loudest, 1);
    await viewer.locator('body').press('ArrowUp');
    await expect.poll(() => volume(viewer)).toBeGreaterThan(0.41);
    const chosen = await volume(viewer);
    await watch(viewer, channelName);
    await expectStatus(viewer, status.live);
    await expect.poll(() => volume(viewer)).toBeCloseTo(chosen, 2);
  });

  test('fills the screen and leaves it', async () => {
    const isFull = () => viewer.evaluate(() => document.fullscreenElement !== null);
    await button(viewer, 'Full screen').click();
    await expect.poll(isFull).toBe(true);
    await expectCameraPicture(viewer);
    await button(viewer, 'Leave full screen').click();
    await expect.poll(isFull).toBe(false);
    await viewer.keyboard.press('f');
    await expect.poll(isFull).toBe(true);
  });

  test('lets the picture float', async () => {
    const floats = () => viewer.evaluate(() => document.pictureInPictureElement !== null);
    await button(viewer, 'Picture in picture').click();
    await expect.poll(floats).toBe(true);
    await button(viewer, 'Leave picture in picture').click();
    await expect.poll(floats).toBe(false);
  });

  test('pauses and comes back to now', async () => {
    const isPaused = () => picture(viewer).evaluate((video: HTMLVideoElement) => video.paused);
    await viewer.keyboard.press(' ');
    await expect.poll(isPaused).toBe(true);
    await expectStatus(viewer, 'Paused');
    await button(viewer, 'Back to live').click();
    await expect.poll(isPaused).toBe(false);
    await expectCameraPicture(viewer);
  });

  test('uses the keys by their place on another keyboard, once for each press', async () => {
    const press = (init: { key: string; code: string; repeat?: boolean }) =>
      viewer.evaluate(({ key, code, repeat }) => {
        const event = new KeyboardEvent('keydown', { bubbles: true, key, code, repeat: !!repeat });
        document.body.dispatchEvent(event);
      }, init);
    await press({ key: 'ㅡ', code: 'KeyM' });
    await expect(button(viewer, 'Unmute')).toBeVisible();
    await press({ key: 'ㅡ', code: 'KeyM', repeat: true });
    await press({ key: 'M', code: 'KeyM', repeat: true });
    await expect(button(viewer, 'Unmute')).toBeVisible();
    await press({ key: 'm', code: 'KeyM' });
    await expect(button(viewer, 'Mute')).toBeVisible();
  });

  test('leaves the form for the name with Escape', async () => {
    const open = viewer.getByRole('button', { name: /^You appear as/ });
    await open.click();
    await expect(viewer.getByRole('textbox', { name: 'Your name' })).toBeVisible();
    await viewer.getByRole('textbox', { name: 'Your name' }).press('Escape');
    await expect(viewer.getByRole('textbox', { name: 'Your name' })).toHaveCount(0);
    await expect(open).toBeFocused();
  });

  test('can look up the keys', async () => {
    await viewer.keyboard.press('?');
    const help = viewer.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(help).toBeVisible();
    await viewer.keyboard.press('Escape');
    await expect(help).toBeHidden();
  });
});
