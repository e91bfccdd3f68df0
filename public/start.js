// Loads the client and starts it. The document names the two files, so that this one never changes
// and the page needs no inline script.
const { script, wasm } = document.getElementById("start").dataset;

// The framework looks for these; no page of ours streams anything into them.
globalThis.__RESOLVED_RESOURCES = [];
globalThis.__SERIALIZED_ERRORS = [];
globalThis.__INCOMPLETE_CHUNKS = [];

const client = await import(script);
await client.default({ module_or_path: wasm });
client.hydrate();
