// The engine's worker: it runs the simulator, compiled to WebAssembly, beside the page, which stays
// alive meanwhile. The page stops a run by ending the worker.
//
// It is told {module} first, and then {request}. It answers with {ready}, {progress},
// {done} or {error}. The build puts wasm_exec.js of Go before it,
// which defines Go.

const PROGRESS_MS = 100; // at most one report of progress in that time

let last = 0;

function progress(seconds, leechers, done, expected, goodput) {
  const now = performance.now();
  if (now - last < PROGRESS_MS) return;
  last = now;
  postMessage({ progress: { seconds, leechers, done, expected, goodput } });
}

async function start(module) {
  const go = new globalThis.Go();
  go.exit = (code) => { if (code !== 0) throw new Error(`the simulator ended with code ${code}`); };
  go.run(await WebAssembly.instantiate(module, go.importObject));
  postMessage({ ready: true });
}

function play(request) {
  last = 0;
  const began = performance.now();
  const result = globalThis.swarmsim.run(JSON.stringify(request), progress);
  if (result.error) throw new Error(result.error);
  result.seconds = (performance.now() - began) / 1000;
  const bytes = Object.values(result.files).map((b) => b.buffer);
  postMessage({ done: result }, bytes);
}

onmessage = async ({ data }) => {
  try {
    if (data.module) await start(data.module);
    else play(data.request);
  } catch (error) {
    postMessage({ error: error.message });
  }
};
