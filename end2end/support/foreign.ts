// What others do to a page on its way to people's eyes: extensions, translators, browsers that find
// telephone numbers, and proxies that rewrite addresses.

import type { Page } from '@playwright/test';

/** Changes that a proxy or a CDN makes while the page is on its way. */
const rewritten: ((html: string) => string)[] = [
  // A bar in front of everything, as text, as a comment and as an element.
  (html) => html.replace(/<body([^>]*)>/, '<body$1>\n text <!-- bar --><div class="bar">Free Wi-Fi</div>'),
  // Something behind everything.
  (html) => html.replace('</body>', '<div id="widget"></div><!-- served by a cache --> text </body>'),
  // E-mail addresses become links that hide them; carelessly, in attributes and data as well.
  (html) => html.replace(/[\w.-]+@[\w-]+\.[a-z]+/g, '<a href="/cdn-cgi/l" class="__cf_email__"><span>[email&#160;protected]</span></a>'),
  // White space between elements is thought to be of no use.
  (html) => html.replace(/>\s+</g, '><'),
];

/** Changes that an extension or the browser makes between the page's arrival and its start. */
function change(): void {
  const { body } = document;
  const main = document.querySelector('main')!;
  const root = document.getElementById('heliograph')!;
  const element = (name: string, content = '') => {
    const made = document.createElement(name);
    made.append(content);
    return made;
  };
  // First and last into the body, into our own element and into the page: elements, text, comments.
  for (const parent of [body, root, main, main.firstElementChild!]) {
    parent.prepend(element('div', 'first'), ' text ', document.createComment('first'));
    parent.append(document.createComment('last'), ' text ', element('div', 'last'));
  }
  // Between components, and within a player's and a list's parts.
  for (const child of [...main.querySelectorAll(':scope > * > *')]) {
    child.before(document.createComment('between'), element('span', ''));
  }
  // A spelling checker's host, with its own tree.
  const checker = element('grammarly-desktop-integration');
  checker.attachShadow({ mode: 'open' }).append(element('div', 'checker'));
  body.append(checker);
  document.documentElement.append(element('loom-container'));
  // Marks on what is ours.
  document.documentElement.setAttribute('data-darkreader-mode', 'dynamic');
  body.setAttribute('data-new-gr-c-s-check-loaded', '14.1');
  for (const marked of document.querySelectorAll('h1, button, input, video, a, p')) {
    marked.setAttribute('data-ext', '1');
    marked.removeAttribute('class');
  }
  for (const input of document.querySelectorAll('input')) input.after(element('com-1password-button'));
  for (const video of document.querySelectorAll('video')) {
    const frame = element('div');
    video.replaceWith(frame);
    frame.append(video, element('div', 'speed 1.0'));
  }
  // Numbers become telephone links, and every text is translated.
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (/\d/.test(text.data)) {
      const link = element('a', text.data);
      link.setAttribute('href', 'tel:1');
      link.setAttribute('x-apple-data-detectors', 'true');
      text.replaceWith(link);
    } else {
      const inner = element('font', text.data);
      const outer = element('font');
      outer.append(inner);
      text.replaceWith(outer);
    }
  }
  // Whole parts are moved, merged or taken out.
  body.normalize();
  document.querySelector('header')?.after(document.querySelector('.skip') ?? '');
  main.lastElementChild?.remove();
}

/** Takes away what the client looks for: its element, and what the page was rendered from. */
function strip(): void {
  const root = document.getElementById('heliograph');
  if (location.pathname.startsWith('/c/')) root?.setAttribute('id', 'theirs');
  else root?.remove();
  document.getElementById('heliograph-seed')?.append('<a>rewritten</a>');
}

export type Kind = 'changed' | 'stripped';

/** Everything that a proxy does to a page on its way. */
export function rewrite(html: string): string {
  return rewritten.reduce((html, change) => change(html), html);
}

/** Lets every page of this tab be changed before it starts. */
export async function meddle(page: Page, kind: Kind): Promise<void> {
  const before = kind === 'changed' ? change : strip;
  await page.addInitScript(`addEventListener('DOMContentLoaded', ${before.toString()})`);
}

/** Translates what the page says now, as browsers do: other text nodes, in elements of their own. */
export async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement?.closest('script, style, option, font')) continue;
      const inner = document.createElement('font');
      inner.append(`«${text.data}»`);
      const outer = document.createElement('font');
      outer.append(inner);
      text.replaceWith(outer);
    }
  });
}
