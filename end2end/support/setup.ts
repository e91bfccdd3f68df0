// Once before all tests.

import { findBrowser } from '../find-browser.js';
import { drawClips } from './clip.ts';

export default function setup(): void {
  // Missing browsers are missed here, by name, and not in the first test's time.
  findBrowser('chromium');
  findBrowser('firefox');
  drawClips();
}
