// The test function of the specs that talk to the old endpoint without a browser.

import { test as base } from '@playwright/test';
import { type Running, startServer } from './servers.ts';

export { expect } from '@playwright/test';

export const test = base.extend<object, { server: Running }>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.kill();
    },
    { scope: 'worker' },
  ],
});
