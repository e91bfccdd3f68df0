// Finds the proxies that the tests put in front of the server, and installs them where it may: by
// apt, as root. Elsewhere their tests are skipped, and say what to do. `node find-proxy.js` prints
// what there is.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExecutable } from './find-browser.js';

/** A program's name, and Debian's package of it. */
export const proxies = {
  nginx: 'nginx-light',
  caddy: 'caddy',
  haproxy: 'haproxy',
  // Makes the certificate.
  openssl: 'openssl',
};

/** @typedef {keyof typeof proxies} Program */

/** The path of an installed program.
 * @param {Program} program */
export function findProxy(program) {
  // What listens below port 1024 is often not on the path of others than root.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** What to do where a program is missing.
 * @param {Program} program */
export function howToInstall(program) {
  return `no ${program} found; on Debian: sudo apt-get install ${proxies[program]}`;
}

/** @param {string[]} packages */
function install(packages) {
  const isRoot = process.getuid?.() === 0;
  if (packages.length === 0 || !isRoot || !existsSync('/etc/debian_version')) return;
  for (const command of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    console.error(`Trying: apt-get ${command.join(' ')}`);
    spawnSync('apt-get', command, {
      // At this run level the packages do not start their services.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      stdio: ['ignore', 2, 2],
      timeout: 300_000,
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const programs = /** @type {Program[]} */ (Object.keys(proxies));
  const missing = programs.filter((program) => !findProxy(program));
  install(missing.map((program) => proxies[program]));
  for (const program of programs) console.log(findProxy(program) ?? howToInstall(program));
}
