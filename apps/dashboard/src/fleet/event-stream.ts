import type { ServerResponse } from 'node:http';
import type { FleetWatch } from './fleet-watch.ts';

/** Proxies close a connection that says nothing for a minute. */
const beatEvery = 15_000;
/** A reader that is so far behind, in bytes, is told the whole fleet anew when it has caught up. */
const behindMax = 1_000_000;

/**
 * Server-sent events of the fleet: a `snapshot`, then `delta`s and `pulse`s, until the reader goes away or `signal` aborts.
 * A slow reader costs one buffer: what it misses is made up by a new snapshot.
 */
export async function streamFleet(
  response: ServerResponse,
  watch: FleetWatch,
  signal: AbortSignal,
): Promise<void> {
  const snapshot = await watch.snapshot();
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (name: string, data: unknown) =>
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  send('snapshot', snapshot);
  let isBehind = false;
  const unfollow = watch.follow(({ name, data }) => {
    isBehind ||= response.writableLength > behindMax;
    if (!isBehind) send(name, data);
    else if (response.writableLength === 0) {
      isBehind = false;
      watch.snapshot().then(
        (whole) => send('snapshot', whole),
        // Postgres is away: the next event tries again.
        () => (isBehind = true),
      );
    }
  });
  const beat = setInterval(() => response.write(': beat\n\n'), beatEvery);
  const end = () => response.end();
  signal.addEventListener('abort', end, { once: true });
  response.once('close', () => {
    clearInterval(beat);
    unfollow();
    signal.removeEventListener('abort', end);
  });
}
