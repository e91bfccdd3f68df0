import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { expectCameraPicture } from '../support/media.ts';
import { expectStatus, expectViewers, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

/** How many viewers a streamer serves directly. */
const places = 8;

test('the viewer after the last place is told so, and starts when a place is free', async ({
  person,
  channelName,
}) => {
  test.slow();
  const small = { viewport: { width: 400, height: 300 } };
  const streamer = await person();
  await goLive(streamer, channelName);
  const seated: Page[] = [];
  for (let place = 0; place < places; place += 1) {
    const viewer = await person(small);
    await watch(viewer, channelName);
    await expectStatus(viewer, status.live);
    seated.push(viewer);
  }
  await expectViewers(streamer, places);

  const late = await person(small);
  await watch(late, channelName);
  await expectStatus(late, status.full);
  await expectViewers(streamer, places + 1);
  await expectAccessible(late);

  await seated[3]!.close();
  await expectStatus(late, status.live);
  await expectCameraPicture(late);
  await expect(late.getByText(status.full)).toHaveCount(0);
});
