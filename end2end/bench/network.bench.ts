// The first picture over a network with round trips: what a viewer on a phone or on another
// continent waits for. Prints the stages; asserts nothing but that there is a picture.

import type { Browser } from '@playwright/test';
import { Emulated, type Quality, whyNoEmulation } from '../support/emulated.ts';
import { PICTURE } from '../support/media.ts';
import { goLive } from '../support/people.ts';
import { test } from '../support/test.ts';
import { quantile } from './figures.ts';
import { installStages, readStages, STAGES, type Stages } from './stages.ts';

const JOINS = Number(process.env['JOINS'] ?? 10);

const NETWORKS: Quality[] = [
  { roundTripMs: 60, megabitsPerSecond: 10 },
  { roundTripMs: 20, megabitsPerSecond: 10 },
  { roundTripMs: 150, megabitsPerSecond: 10 },
  { roundTripMs: 60, megabitsPerSecond: 2 },
  { roundTripMs: 60, megabitsPerSecond: 10, lossPercent: 1 },
];

test.skip(whyNoEmulation() !== undefined, whyNoEmulation());

test.beforeAll(() => {
  console.log(`| network | cache | ${STAGES.join(' | ')} | p95 |`);
  console.log(`|---|---|${'---|'.repeat(STAGES.length + 1)}`);
});

for (const quality of NETWORKS) {
  test(`first frame over ${name(quality)}`, async ({ channelName }) => {
    test.setTimeout(600_000);
    const emulated = await Emulated.start(quality);
    try {
      const at = await emulated.serve();
      const streamer = await (await emulated.browser('far')).newPage({ baseURL: at.far });
      await goLive(streamer, channelName);
      const viewers = await emulated.browser('near');
      const url = `${at.near}/c/${channelName}`;
      const [cold, cached]: [Stages[], Stages[]] = [[], []];
      for (let join = 0; join < JOINS; join += 1) {
        const [first, second] = await twice(viewers, url);
        cold.push(first);
        cached.push(second);
      }
      print(quality, 'cold', cold);
      print(quality, 'cached', cached);
    } finally {
      await emulated.close();
    }
  });
}

/** Opens the page in a fresh profile, and then again. */
async function twice(browser: Browser, url: string): Promise<[Stages, Stages]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(installStages, PICTURE);
  await page.goto(url);
  const first = await page.evaluate(readStages);
  await page.goto(url);
  const second = await page.evaluate(readStages);
  await context.close();
  return [first, second];
}

function print(quality: Quality, cache: string, joins: Stages[]): void {
  const medians = STAGES.map((stage) => {
    const times = joins.map((join) => join[stage]).filter((time) => time !== undefined);
    return times.length > 0 ? quantile(times, 0.5).toFixed(0) : '';
  });
  const frames = joins.map((join) => join.firstFrame!);
  const most = quantile(frames, 0.95).toFixed(0);
  console.log(`| ${name(quality)} | ${cache} | ${medians.join(' | ')} | ${most} |`);
}

function name(quality: Quality): string {
  const loss = quality.lossPercent ? `, ${quality.lossPercent} % loss` : '';
  return `${quality.roundTripMs} ms, ${quality.megabitsPerSecond} Mbit/s${loss}`;
}
