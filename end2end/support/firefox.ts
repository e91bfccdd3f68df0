// Firefox, over WebDriver BiDi: Playwright cannot drive the Firefox that people have.

import { launch, type Browser, type Page } from 'puppeteer-core';
import { findBrowser } from '../find-browser.js';
import type { Faults } from './faults.ts';
import { type Evaluates, installInstruments } from './instruments.ts';
import { test as base } from './test.ts';

interface Firefox {
  firefox: Browser;
}

interface Cast {
  /** A page in Firefox. */
  firefoxPage: Page;
}

export const test = base.extend<Cast, Firefox>({
  firefox: [
    async ({}, use) => {
      const firefox = await launch({
        browser: 'firefox',
        executablePath: findBrowser('firefox'),
        headless: true,
        extraPrefsFirefox: {
          'media.navigator.streams.fake': true,
          'media.navigator.permission.disabled': true,
          'media.peerconnection.ice.loopback': true,
          'media.peerconnection.ice.obfuscate_host_addresses': false,
          'media.autoplay.default': 0,
          // Without a sound card, Web Audio never starts; this is a clock in the place of one.
          'media.cubeb.force_mock_context': true,
          'intl.accept_languages': 'en',
        },
      });
      await use(firefox);
      await firefox.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  firefoxPage: async ({ firefox, faults }, use) => {
    const context = await firefox.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    await page.evaluateOnNewDocument(installInstruments);
    listen(page, faults);
    await use(page);
    await context.close();
  },
});

/** The page as the instruments want it. */
export function instrumented(page: Page): Evaluates {
  return { evaluate: (work, argument) => page.evaluate(work as never, argument as never) };
}

function listen(page: Page, faults: Faults): void {
  page.on('pageerror', (error) => faults.note(`uncaught in Firefox: ${String(error)}`));
  page.on('console', (message) => {
    if (['error', 'warn', 'assert'].includes(message.type())) {
      faults.note(`${message.type()} in Firefox: ${message.text()}`);
    }
  });
}
