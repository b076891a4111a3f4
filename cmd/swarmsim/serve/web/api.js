// Requests to the server.

const token = document.querySelector('meta[name=swarmsim-token]').content;

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Error('The server does not answer. Is swarmsim serve still running?');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}.`);
  return answer;
}

/** Reads something. */
export const get = (path) => ask(path, { headers: { Accept: 'application/json' } });

/** Asks for something to be done. */
export const post = (path, body, signal) => ask(path, {
  method: 'POST', signal,
  headers: { 'Content-Type': 'application/json', 'X-Swarmsim-Token': token },
  body: JSON.stringify(body),
});

/** Runs of this server by number, kept up to date by its event stream. */
export const runs = new Map();

const listeners = new Set();
let source;

/** Calls f with each run that changes; returns a function that ends this. */
export function onRun(f) {
  listeners.add(f);
  return () => listeners.delete(f);
}

/** Follows the server's runs. onState is called with whether the server is there. */
export function follow(onState) {
  const open = () => {
    source = new EventSource('/api/events');
    source.addEventListener('run', (e) => {
      const run = JSON.parse(e.data);
      runs.set(run.id, run);
      for (const f of listeners) f(run);
    });
    source.addEventListener('ready', () => onState(true));
    source.addEventListener('error', () => onState(false));
  };
  // A hidden page needs no news, and a browser has few connections to a server.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close();
    else if (source.readyState === EventSource.CLOSED) open();
  });
  open();
}
