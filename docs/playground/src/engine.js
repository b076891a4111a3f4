// The simulator as the page uses it: loaded once, and run in workers.

// bytesOf returns the bytes of a block of the page that holds them as base64.
function bytesOf(id) {
  const text = document.getElementById(id).textContent.trim();
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// inflated returns the decompressed content of a block, as a stream.
function inflated(id) {
  return new Blob([bytesOf(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
}

// readLibrary returns the scenarios and their settings, which the build has put into the page.
export function readLibrary() {
  return JSON.parse(new TextDecoder().decode(bytesOf("library")));
}

// loadEngine compiles the simulator, and returns {run}.
export async function loadEngine() {
  const answer = new Response(inflated("engine-wasm"), { headers: { "Content-Type": "application/wasm" } });
  const module = await WebAssembly.compileStreaming(answer);
  const source = URL.createObjectURL(new Blob([await new Response(inflated("engine-worker")).text()], { type: "text/javascript" }));
  // run plays a request. It returns {result, stop}: a promise of the run's files, and a function that
  // ends the run, after which the promise is rejected with a Stopped.
  return { run: (request, onProgress) => start(source, module, request, onProgress) };
}

// Stopped is why a run that was stopped has no result.
export class Stopped extends Error {}

// start starts a worker for one run.
function start(source, module, request, onProgress) {
  const worker = new Worker(source, { name: "engine" });
  let reject;
  const result = new Promise((resolve, rejected) => {
    reject = rejected;
    worker.onerror = (e) => rejected(new Error(e.message || "the simulator could not be started"));
    worker.onmessage = ({ data }) => {
      if (data.ready) worker.postMessage({ request });
      else if (data.progress) onProgress(data.progress);
      else if (data.error) rejected(new Error(data.error));
      else resolve(data.done);
    };
  }).finally(() => worker.terminate());
  worker.postMessage({ module });
  return { result, stop: () => reject(new Stopped("stopped")) };
}
