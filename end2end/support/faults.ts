// Whatever a page's console complains about fails the test, unless the test itself caused it.

import type { Page } from '@playwright/test';

export class Faults {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];

  /** From now on and before, this complaint is the test's own doing. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  note(fault: string): void {
    this.seen.push(fault);
  }

  listen(page: Page): void {
    page.on('pageerror', (error) => this.note(`uncaught: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) {
        this.note(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
  }

  get unexpected(): string[] {
    return this.seen.filter((fault) => !this.expected.some((pattern) => pattern.test(fault)));
  }
}

/** What browsers write when the server cannot be reached, whoever handles it. */
export const serverUnreachable = /WebSocket connection to .* failed/;
