// Assertions on what is really seen and heard.

import { expect } from '@playwright/test';
import { type Evaluates, type Frame, loudness, nextFrames } from './instruments.ts';

/** The studio's preview. */
export const PREVIEW = 0;
/** What a viewer watches. */
export const PICTURE = 1;

/** Below this is what an encoder makes of silence. */
const AUDIBLE = 0.01;

/** The slot shows the camera's clip, and it moves. */
export async function expectCameraPicture(page: Evaluates, slot = PICTURE): Promise<void> {
  await expect(async () => {
    const frames = await nextFrames(page, slot, 8);
    for (const frame of frames) expect(isCamera(frame), describe(frame)).toBe(true);
    const steps = frames.slice(1).map((frame, index) => step(frames[index]!, frame));
    // Eight frames are half a second of a bar that crosses the picture in four.
    const way = steps.reduce((sum, one) => sum + one, 0);
    expect(way, 'the bar moves to the right').toBeGreaterThan(0.03);
    expect(way, 'the bar moves at its own speed').toBeLessThan(0.6);
  }).toPass({ timeout: 20_000 });
}

/** The slot shows the browser's fake screen, and it moves. */
export async function expectScreenPicture(page: Evaluates, slot = PICTURE): Promise<void> {
  await expect(async () => {
    const frames = await nextFrames(page, slot, 4);
    for (const { ground } of frames) {
      const [red, green, blue] = ground;
      expect(green, `ground ${ground}`).toBeGreaterThan(80);
      expect(green - Math.max(red, blue), `ground ${ground}`).toBeGreaterThan(50);
    }
  }).toPass({ timeout: 20_000 });
}

/** The slot shows something, and it is neither black nor still. */
export async function expectAnyPicture(page: Evaluates, slot = PICTURE): Promise<void> {
  await expect(async () => {
    const frames = await nextFrames(page, slot, 8);
    const brightness = ({ ground }: Frame) => Math.max(...ground);
    expect(Math.max(...frames.map(brightness)), 'the picture is not black').toBeGreaterThan(30);
    const looks = new Set(frames.map((frame) => JSON.stringify([frame.ground, frame.bar])));
    expect(looks.size, 'the picture changes').toBeGreaterThan(1);
  }).toPass({ timeout: 20_000 });
}

export async function expectSound(page: Evaluates, slot = PICTURE): Promise<void> {
  await expect
    .poll(() => loudness(page, slot), { timeout: 15_000, message: 'sound is heard' })
    .toBeGreaterThan(AUDIBLE);
}

export async function expectSilence(page: Evaluates, slot = PICTURE): Promise<void> {
  await expect
    .poll(() => loudness(page, slot), { timeout: 15_000, message: 'nothing is heard' })
    .toBeLessThan(AUDIBLE / 10);
}

function isCamera({ bar, ground: [red, green, blue] }: Frame): boolean {
  return bar !== null && blue > red + 50 && blue > green + 50;
}

/** How far the bar went from one frame to the next, to the right and around. */
function step(before: Frame, after: Frame): number {
  return ((after.bar ?? 0) - (before.bar ?? 0) + 1) % 1;
}

function describe({ bar, ground }: Frame): string {
  return `bar at ${bar?.toFixed(2) ?? 'no place'} on ${ground.map(Math.round).join(' ')}`;
}

/** The viewer sees what the streamer's preview shows now, give or take a second. */
export async function expectNotBehind(streamer: Evaluates, viewer: Evaluates): Promise<void> {
  await expect(async () => {
    const [sent, seen] = await Promise.all([
      nextFrames(streamer, PREVIEW, 12),
      nextFrames(viewer, PICTURE, 12),
    ]);
    const [early, late] = [sent[0]!, sent.at(-1)!];
    const speed = step(early, late) / (late.at - early.at);
    const delays = seen.map((frame) => step(frame, early) / speed + frame.at - early.at);
    const period = 1 / speed;
    // The bar's place is known to a few frames, so a small delay may seem to be a little negative.
    const blur = 300;
    for (const delay of delays) {
      expect((((delay + blur) % period) + period) % period, `${delay} ms`).toBeLessThan(1000 + blur);
    }
  }).toPass({ timeout: 20_000 });
}
