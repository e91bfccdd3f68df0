// The test function of every spec: a server, people with browsers, and no tolerance for anything
// that a browser's console has to complain about.

import { type BrowserContextOptions, expect, type Page, test as base } from '@playwright/test';
import { findBrowser } from '../find-browser.js';
import { cameraClip, microphoneClip } from './clip.ts';
import { Faults } from './faults.ts';
import { installInstruments } from './instruments.ts';
import { Network } from './network.ts';
import { Server } from './server.ts';

export { expect } from '@playwright/test';

/** A name that browsers resolve to this machine but do not trust with a camera. */
export const insecureHost = 'heliograph.test';

interface World {
  /** Whether the browser gives camera and microphone without asking. */
  permission: 'given' | 'asked';
  /** Whether pages may play sound before anybody touched them. */
  autoplay: 'allowed' | 'blocked';
  /** What is plugged in. Only the one camera shows the clip. */
  devices: 'camera' | 'two cameras' | 'no camera' | 'nothing';
  server: Server;
}

interface Cast {
  /** Somebody with a browser of their own; further options as Playwright's. */
  person: (options?: BrowserContextOptions) => Promise<Page>;
  /** What the consoles of all pages complained about. */
  faults: Faults;
  /** A way to the server that can be cut. */
  network: Network;
  /** A channel that no other test uses, and whose name is not within another's. */
  channelName: string;
}

let channels = 0;

export const test = base.extend<Cast, World>({
  permission: ['given', { scope: 'worker', option: true }],
  autoplay: ['allowed', { scope: 'worker', option: true }],
  devices: ['camera', { scope: 'worker', option: true }],

  launchOptions: [
    async ({ permission, autoplay, devices }, use) => {
      await use({
        executablePath: findBrowser('chromium'),
        args: [
          '--disable-gpu',
          '--disable-quic',
          `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`,
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          ...(permission === 'given' ? ['--use-fake-ui-for-media-stream'] : []),
          ...(autoplay === 'allowed' ? ['--autoplay-policy=no-user-gesture-required'] : []),
          ...plugged[devices],
        ],
      });
    },
    { scope: 'worker' },
  ],

  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.kill();
    },
    { scope: 'worker' },
  ],

  faults: async ({}, use) => {
    const faults = new Faults();
    await use(faults);
    expect(faults.unexpected, 'the consoles of all browsers stay empty').toEqual([]);
  },

  person: async ({ browser, server, faults }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: server.origin, ...options });
      contexts.push(context);
      await context.addInitScript(installInstruments);
      context.on('page', (page) => faults.listen(page));
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  network: async ({ server }, use) => {
    const network = await Network.start(server.port);
    await use(network);
    await network.close();
  },

  channelName: async ({}, use, testInfo) => {
    channels += 1;
    await use(`channel-${testInfo.workerIndex}-${channels}-alone`);
  },
});

const fakeDevices = '--use-fake-device-for-media-stream';
const sound = `--use-file-for-fake-audio-capture=${microphoneClip}`;
const plugged: Record<World['devices'], string[]> = {
  camera: [fakeDevices, `--use-file-for-fake-video-capture=${cameraClip}`, sound],
  'two cameras': [`${fakeDevices}=device-count=3`, sound],
  'no camera': [`${fakeDevices}=device-count=0`, sound],
  nothing: [],
};
