import { expectCameraPicture, expectNotBehind } from '../support/media.ts';
import { expectStatus, expectViewers, goLive, status, watch } from '../support/people.ts';
import { sleeper } from '../support/sleep.ts';
import { expect, test } from '../support/test.ts';

/** How long the server keeps the place of a peer that says nothing: ping, patience and grace. */
const forgotten = 75_000;

test('a tab that slept until the server gave up its place is back to now, not behind', async ({
  browser,
  person,
  channelName,
}) => {
  test.setTimeout(forgotten + 60_000);
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await sleeper(browser, async () => {
    const page = await person();
    await watch(page, channelName);
    await expectCameraPicture(page);
    return page;
  });
  await expectViewers(streamer, 1);

  viewer.fallAsleep();
  try {
    const viewers = streamer.locator('[data-viewers]').first();
    await expect(viewers).toHaveAttribute('data-viewers', '0', { timeout: forgotten });
  } finally {
    viewer.wake();
  }
  await expectStatus(viewer.page, status.live);
  await expectCameraPicture(viewer.page);
  await expectNotBehind(streamer, viewer.page);
  await expectViewers(streamer, 1);
});
