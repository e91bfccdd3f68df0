import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  globalSetup: './support/setup.ts',
  outputDir: 'test-results',
  // Encoders, decoders and servers share few cores: one test after the other.
  workers: 1,
  // A test that needs a second try is wrong, or has found something.
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'default', testIgnore: ['screenshots.spec.ts', 'socketio-*.spec.ts'] },
    { name: 'socketio', testMatch: 'socketio-*.spec.ts' },
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
    { name: 'bench', testDir: 'bench', testMatch: 'latency.bench.ts' },
    { name: 'network', testDir: 'bench', testMatch: 'network.bench.ts' },
  ],
});
