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
  expect(await shifts(viewer)).toEqual([]);
});

test('nothing moves while a viewer waits and the stream begins', async ({ person, channelName }) => {
  const viewer = await observed(await person());
  await watch(viewer, channelName);
  await expectStatus(viewer, status.waiting);
  expect(await shifts(viewer)).toEqual([]);
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
  expect(await shifts(visitor)).toEqual([]);
  await visitor.goto(`/studio/${channelName}`);
  await expect(button(visitor, 'Go live')).toBeEnabled();
  expect(await shifts(visitor)).toEqual([]);
});

async function observed(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    const seen: string[] = [];
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
        seen.push(`${entry.value.toFixed(4)}: ${moved.join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return page;
}

/** What has moved so far, by how much. */
function shifts(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}
