// Pictures of every page and main state for people to look at; not part of the default run.
// SCREENSHOTS names the folder.

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAnyPicture } from '../support/media.ts';
import { expect, test } from '../support/test.ts';

const folder = process.env['SCREENSHOTS'] ?? 'test-results/screenshots';

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const words = {
  en: { locale: 'en-GB', goLive: 'Go live', endStream: 'End stream', title: 'Morning light' },
  ko: { locale: 'ko-KR', goLive: '방송 시작', endStream: '방송 끝내기', title: '아침 햇살' },
};

for (const [language, say] of Object.entries(words)) {
  for (const [device, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['dark', 'light'] as const) {
      test(`${language} ${device} ${colorScheme}`, async ({ person, faults, channelName }) => {
        faults.expect(/status of 4\d\d/);
        const options = { locale: say.locale, viewport, colorScheme };
        const visitor = await person(options);
        const shoot = (page: Page, name: string) =>
          page.screenshot({ path: join(folder, `${name}-${language}-${device}-${colorScheme}.png`) });

        await visitor.goto('/');
        await expect(visitor.getByRole('status')).not.toBeEmpty();
        await shoot(visitor, 'list-empty');
        for (const [name, path] of [
          ['name-refused', '/c/a%3Cb'],
          ['not-found', '/nowhere'],
        ] as const) {
          await visitor.goto(path);
          await shoot(visitor, name);
        }
        await visitor.goto(`/c/${channelName}`);
        await expect(visitor.locator('[data-player]')).toHaveAttribute('data-phase', 'waiting');
        await shoot(visitor, 'watch-waiting');

        const streamer = await person(options);
        await streamer.goto(`/studio/${channelName}`);
        const goLive = streamer.getByRole('button', { name: say.goLive, exact: true });
        await expect(goLive).toBeEnabled();
        await expectAnyPicture(streamer, 0);
        await shoot(streamer, 'studio-ready');
        await streamer.locator('input[type="text"], input:not([type])').last().fill(say.title);
        await goLive.click();
        await expectAnyPicture(visitor);
        await visitor.mouse.move(10, 10);
        await visitor.mouse.move(200, 200);
        await shoot(visitor, 'watch-live');
        await shoot(streamer, 'studio-live');
        await streamer.getByRole('button', { name: say.endStream, exact: true }).click();
        await expect(streamer.getByRole('dialog')).toBeVisible();
        await shoot(streamer, 'studio-end');

        const other = await person(options);
        await other.goto('/');
        await expect(other.getByRole('link', { name: channelName })).toBeVisible();
        await shoot(other, 'list');
        await other.goto(`/embed/${channelName}`);
        await expectAnyPicture(other);
        await shoot(other, 'embed');

        await streamer
          .getByRole('dialog')
          .getByRole('button', { name: say.endStream, exact: true })
          .click();
        await expect(visitor.locator('[data-player]')).toHaveAttribute('data-phase', 'ended');
        await shoot(visitor, 'watch-ended');
        await streamer.evaluate(() => {
          for (const track of window.made.captures.flatMap((stream) => stream.getVideoTracks())) {
            track.stop();
            track.dispatchEvent(new Event('ended'));
          }
        });
        await expect(streamer.getByRole('alert').first()).toBeVisible();
        await shoot(streamer, 'studio-problem');
      });
    }
  }
}
