import type { Page } from '@playwright/test';
import { expectCameraPicture } from '../support/media.ts';
import { button, expectStatus, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('nothing on the watch page moves when the client and the stream arrive', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName, 'Steady');
  const viewer = await observed(await person());
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectSteady(viewer);
});

test('nothing moves while a viewer waits and the stream begins', async ({ person, channelName }) => {
  const viewer = await observed(await person());
  await watch(viewer, channelName);
  await expectStatus(viewer, status.waiting);
  await expectSteady(viewer);
  const before = await viewer.locator('video[data-slot="1"]').boundingBox();
  await goLive(await person(), channelName, 'Steady');
  await expectCameraPicture(viewer);
  expect(await viewer.locator('video[data-slot="1"]').boundingBox()).toEqual(before);
});

test('nothing in the studio and in the list moves when the client arrives', async ({
  person,
  channelName,
}) => {
  const visitor = await observed(await person());
  await visitor.goto('/');
  await expect(visitor.getByRole('button', { name: /^Colours/ })).toBeEnabled();
  await expectSteady(visitor);
  await visitor.goto(`/studio/${channelName}`);
  await expect(button(visitor, 'Go live')).toBeEnabled();
  await expectSteady(visitor);
});

interface Shift {
  value: number;
  moved: string;
}

async function observed(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    const seen: Shift[] = [];
    Object.assign(window, { shifts: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const moved = entry.sources.map(({ node }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          return `${element?.tagName.toLowerCase()}.${element?.getAttribute('class')}`;
        });
        seen.push({ value: entry.value, moved: moved.join(', ') });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return page;
}

/** All shifts together stay below what an eye notices; a tenth is what the Web Vitals call good. */
async function expectSteady(page: Page): Promise<void> {
  const seen = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  const sum = seen.reduce((sum, { value }) => sum + value, 0);
  expect(sum, JSON.stringify(seen)).toBeLessThan(0.01);
}
