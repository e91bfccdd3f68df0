// Loads the client and starts it, and says so when that cannot be done. It stands in the page itself:
// a file of its own would be one more download that may fail, and nobody would be left to say so.
// The server leaves out lines of comment and indentation.
(() => {
  'use strict';
  const { script, wasm, path, ...words } = document.currentScript.dataset;
  const pauses = [500, 2000, 5000];
  const patience = 45000;
  const [arrival] = performance.getEntriesByType('navigation');
  const parsed = new Promise((resolve) => {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', resolve, { once: true });
    else resolve();
  });
  // 'starting', 'running' or 'over'.
  let state = 'starting';

  // What is fetched does not change the page; what is wrong with it, a new page may put right.
  class Outdated extends Error {}

  const wait = (span) => new Promise((resolve) => setTimeout(resolve, span));
  const decoded = (text) => {
    try { return decodeURIComponent(text); } catch { return text; }
  };

  // The page's way to tell something without the client. The server has rendered the place.
  const say = async (sentence, leads) => {
    state = 'over';
    await parsed;
    let note = document.getElementById('stuck');
    if (!note) {
      note = document.body.appendChild(document.createElement('aside'));
      note.id = note.className = 'stuck';
    }
    note.setAttribute('role', 'alert');
    const told = document.createElement('p');
    told.textContent = sentence;
    const step = document.createElement(leads ? 'a' : 'button');
    step.className = 'button';
    step.textContent = leads ? words.open : words.reload;
    if (leads) Object.assign(step, { href: location.href, target: '_blank', rel: 'noopener' });
    else step.onclick = () => location.reload();
    note.dataset.shown = '';
    note.replaceChildren(told, step);
    // What the page promised is not true any more.
    for (const status of document.querySelectorAll('[role=status]')) status.textContent = '';
  };

  // Once, by itself: whoever has just reloaded would only see the same again.
  const renew = (sentence) => {
    const again = arrival && arrival.type === 'reload' && performance.now() < 60000;
    if (again) say(sentence);
    else {
      state = 'over';
      location.reload();
    }
  };

  // A slow download gets more time at each attempt: cut off each time, it would never end.
  const get = async (url, again) => {
    const signal = AbortSignal.timeout(patience * 2 ** again);
    const response = await fetch(url, { signal, cache: again ? 'reload' : 'default' });
    if (response.status === 404) throw new Outdated();
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response;
  };

  const compile = async (again) => {
    const response = await get(wasm, again);
    const streams = /^application\/wasm/.test(response.headers.get('content-type'));
    try {
      if (streams) return await WebAssembly.compileStreaming(response);
      return await WebAssembly.compile(await response.arrayBuffer());
    } catch (error) {
      throw error instanceof WebAssembly.CompileError ? new Outdated() : error;
    }
  };

  // A module that failed once may be remembered as failed, and one whose instance is dead stays so:
  // under another fragment the same file is another module.
  const bind = async (attempt) => {
    const late = wait(patience * 2 ** attempt).then(() => Promise.reject(new Error(`${script} is late`)));
    try {
      return await Promise.race([import(attempt ? `${script}#${attempt}` : script), late]);
    } catch (error) {
      // Only a request of our own tells why.
      await get(script, true);
      throw error;
    }
  };

  const begin = async () => {
    let downloads = 0;
    let deaths = 0;
    for (;;) {
      let client;
      let module;
      const attempt = downloads + deaths;
      try {
        [client, module] = await Promise.all([bind(attempt), compile(downloads)]);
      } catch (error) {
        if (error instanceof Outdated) return renew(words.failed);
        if (downloads === pauses.length) return say(words.failed);
        await wait(pauses[downloads]);
        downloads += 1;
        continue;
      }
      await parsed;
      try {
        await client.default({ module_or_path: module });
      } catch {
        // Script and WebAssembly are of different versions.
        return renew(words.failed);
      }
      try {
        client.start();
      } catch (error) {
        console.error(error);
        if (deaths === 1) return say(words.broken);
        deaths += 1;
        continue;
      }
      state = 'running';
      document.getElementById('stuck')?.remove();
      return;
    }
  };

  // The instance is dead. Whatever it held, from sockets to the camera, goes with this document.
  const died = () => {
    if (state === 'running') setTimeout(renew, 0, words.broken);
    state = state === 'running' ? 'over' : state;
  };
  globalThis.heliographDied = died;
  for (const name of ['error', 'unhandledrejection']) {
    addEventListener(name, ({ error, reason }) => {
      if ((error || reason) instanceof WebAssembly.RuntimeError) died();
    });
  }
  addEventListener(
    'beforeunload',
    (event) => {
      // A dead instance can neither be asked nor ask.
      if (state === 'over') event.stopImmediatePropagation();
    },
    true,
  );
  addEventListener('online', () => {
    if (state === 'over' && document.getElementById('stuck')) renew(words.failed);
  });
  // The style sheet is tried once more. What fails to load tells only those who listen on the way down.
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLLinkElement) || target.rel !== 'stylesheet') return;
      if ('again' in target.dataset) return;
      const again = target.cloneNode();
      again.dataset.again = '';
      setTimeout(() => target.replaceWith(again), pauses[0]);
    },
    true,
  );

  const here = decoded(location.pathname);
  if (path && here !== decoded(path) && here.endsWith(decoded(path))) say(words.prefix);
  else if (self.origin === 'null') say(words.frame, true);
  else begin();
})();
