// Finds the browsers that the tests drive, and installs one where it may. Plain JavaScript, so that
// a shell can ask too: `node find-browser.js chromium` prints a path.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** A browser's names on `PATH`, best first, and how to get it. */
const browsers = {
  chromium: {
    variable: 'HELIOGRAPH_CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    debian: 'chromium',
  },
  firefox: {
    variable: 'HELIOGRAPH_FIREFOX',
    names: ['firefox-esr', 'firefox'],
    debian: 'firefox-esr',
  },
};

/** @typedef {keyof typeof browsers} Browser */

/** The path of an installed browser; installs one where that is possible.
 * @param {Browser} browser */
export function findBrowser(browser) {
  return installed(browser) ?? install(browser);
}

/** @param {Browser} browser */
function installed(browser) {
  const { variable, names } = browsers[browser];
  const chosen = process.env[variable];
  if (chosen) return chosen;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = browser === 'chromium' ? [...onPath, ...downloaded()] : onPath;
  return candidates.find(isExecutable);
}

/** What `npx playwright install chromium` has left in its cache, the newest first. */
function downloaded() {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    (process.platform === 'darwin'
      ? join(homedir(), 'Library/Caches/ms-playwright')
      : join(homedir(), '.cache/ms-playwright'));
  if (!existsSync(cache)) return [];
  const inside = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-mac-arm64/Chromium.app/Contents/MacOS/Chromium',
  ];
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((name) => inside.map((path) => join(cache, name, path)));
}

/** @param {Browser} browser */
function install(browser) {
  const { debian, variable } = browsers[browser];
  const tries = [];
  // Playwright cannot drive a stock Firefox, and its own Firefox speaks no WebDriver BiDi.
  if (browser === 'chromium') tries.push(['npx', 'playwright', 'install', 'chromium']);
  const root = process.getuid?.() === 0;
  const sudo = root ? [] : ['sudo', '--non-interactive'];
  const apt = [...sudo, 'apt-get'];
  if (existsSync('/etc/debian_version')) {
    tries.push([...apt, 'update'], [...apt, 'install', '--yes', '--no-install-recommends', debian]);
  }
  for (const command of tries) {
    console.error(`No ${browser} found; trying: ${command.join(' ')}`);
    spawnSync(/** @type {string} */ (command[0]), command.slice(1), {
      cwd: here,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      // What installers print is no answer to whoever reads our standard output.
      stdio: ['ignore', 2, 2],
      timeout: 600_000,
    });
    const found = installed(browser);
    if (found) return found;
  }
  throw new Error(
    `No ${browser} found, and none could be installed. Either install it ` +
      `(Debian, Ubuntu: sudo apt-get install ${debian}) or set ${variable} to its path.`,
  );
}

/** Whether there is a program at this path.
 * @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : Object.keys(browsers)) {
    if (!(name in browsers)) throw new Error(`Unknown browser: ${name}`);
    console.log(findBrowser(/** @type {Browser} */ (name)));
  }
}
