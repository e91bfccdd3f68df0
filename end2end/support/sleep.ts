// A tab that sleeps as a phone's do: its process stands still, script, media and all.

import type { Browser, Page } from '@playwright/test';

export interface Sleeper {
  page: Page;
  fallAsleep: () => void;
  wake: () => void;
}

/** Opens a page by `open` and finds out which process it lives in. */
export async function sleeper(browser: Browser, open: () => Promise<Page>): Promise<Sleeper> {
  const before = new Set(await renderers(browser));
  const page = await open();
  const own = (await renderers(browser)).filter((id) => !before.has(id));
  if (own.length === 0) throw new Error('the page shares its process with others');
  const signal = (name: NodeJS.Signals) => {
    // A browser starts processes in advance, and ends those that no page has come to need.
    const reached = own.filter((id) => isReached(id, name));
    if (reached.length === 0) throw new Error('the process of the page is gone');
  };
  return { page, fallAsleep: () => signal('SIGSTOP'), wake: () => signal('SIGCONT') };
}

function isReached(id: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function renderers(browser: Browser): Promise<number[]> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
