// How long it takes until a viewer sees something, and how old it is then. Prints; asserts nothing
// but that there is a picture.

import { PICTURE } from '../support/media.ts';
import { button, endStream, expectStatus, goLive, openStudio, status, watch } from '../support/people.ts';
import { test } from '../support/test.ts';
import { print } from './figures.ts';
import { bits, installStampCamera, readDelays } from './stamp.ts';

const JOINS = 20;
const FRAMES = 300;

/** Notes when the slot presents its first frame, in wall-clock milliseconds. Runs before the page. */
function installFirstFrame(slot: number): void {
  const first = new Promise<number>((resolve) => {
    const look = () => {
      const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
      if (!video) requestAnimationFrame(look);
      else video.requestVideoFrameCallback((now) => resolve(performance.timeOrigin + now));
    };
    look();
  });
  Object.assign(window, { first });
}

const firstFrame = () => (window as unknown as { first: Promise<number> }).first;
const opened = () => performance.timeOrigin;

test.beforeAll(() => {
  console.log('| figure | samples | p50, ms | p95, ms | worst, ms |');
  console.log('|---|---|---|---|---|');
});

test('from opening the page to the first frame', async ({ person, channelName }) => {
  test.setTimeout(300_000);
  await goLive(await person(), channelName);
  const cold: number[] = [];
  const warm: number[] = [];
  for (let join = 0; join < JOINS; join += 1) {
    const viewer = await person();
    await viewer.addInitScript(installFirstFrame, PICTURE);
    for (const spans of [cold, warm]) {
      await watch(viewer, channelName);
      spans.push((await viewer.evaluate(firstFrame)) - (await viewer.evaluate(opened)));
    }
    await viewer.context().close();
  }
  print('page opened to first frame, nothing cached', cold);
  print('page opened to first frame, page cached', warm);
});

test('from the click on "Go live" to the first frame', async ({ person, channelName }) => {
  test.setTimeout(300_000);
  const streamer = await person();
  await openStudio(streamer, channelName);
  const spans: number[] = [];
  for (let join = 0; join < JOINS; join += 1) {
    const viewer = await person();
    await viewer.addInitScript(installFirstFrame, PICTURE);
    await watch(viewer, channelName);
    await expectStatus(viewer, status.waiting);
    const clicked = await button(streamer, 'Go live').evaluate((live) => {
      (live as HTMLButtonElement).click();
      return performance.timeOrigin + performance.now();
    });
    spans.push((await viewer.evaluate(firstFrame)) - clicked);
    await viewer.context().close();
    await endStream(streamer);
  }
  print('"Go live" clicked to first frame at a waiting viewer', spans);
});

test('glass to glass', async ({ person, channelName }) => {
  test.setTimeout(120_000);
  const streamer = await person();
  await streamer.addInitScript(installStampCamera, bits);
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  // The jitter buffer needs its time to find the shortest delay that works.
  await viewer.evaluate(readDelays, { slot: PICTURE, count: 90, bits });
  print('glass to glass', await viewer.evaluate(readDelays, { slot: PICTURE, count: FRAMES, bits }));
});
