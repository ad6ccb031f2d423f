import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Latency } from '../src/latency.ts';
import { type Simulator, startSimulator } from '../src/start-simulator.ts';
import { connect, type Frame, type LightClient } from './light-client.ts';

/** Quick enough for a test, and every message is read. */
const quick: Latency = {
  ack: { minMs: 1, maxMs: 1 },
  receipt: { minMs: 1, maxMs: 1 },
  readShare: 1,
};

export interface Lab {
  readonly port: number;
  readonly simulator: Simulator;
  ledger(): Frame[];
  /** Ledger lines of one event, without `t` and `n`. */
  lines(event: string): Frame[];
  get(path: string): Promise<Frame>;
  post(path: string, body: unknown): Promise<{ status: number; body: Frame }>;
  stats(): Promise<Record<string, number>>;
  /** Resolves as soon as the counts are such: asks again and again, for counts have no event. */
  untilStats(areThey: (stats: Record<string, number>) => boolean): Promise<void>;
  connect(device: string): Promise<LightClient>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A simulator of its own for one test, with its ledger. */
export async function openLab({
  latency = quick,
  registerUnknown = false,
}: { latency?: Latency; registerUnknown?: boolean } = {}): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const file = join(folder, 'ledger.jsonl');
  const simulator = await startSimulator({ port: 0, ledger: file, latency, registerUnknown });
  const { port } = simulator;
  const url = `http://127.0.0.1:${port}`;
  const ledger = () => {
    const text = readFileSync(file, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Frame);
  };
  const stats = async () => (await (await fetch(`${url}/stats`)).json()) as Record<string, number>;
  return {
    port,
    simulator,
    ledger,
    lines(event) {
      const chosen = ledger().filter((line) => line['event'] === event);
      return chosen.map(({ t: _t, n: _n, ...line }) => line);
    },
    async get(path) {
      return (await (await fetch(url + path)).json()) as Frame;
    },
    async post(path, body) {
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(url + path, { method: 'POST', body: payload });
      return { status: response.status, body: (await response.json()) as Frame };
    },
    stats,
    async untilStats(areThey) {
      while (!areThey(await stats())) {
        // The next answer comes after a turn of the simulator.
      }
    },
    async connect(device) {
      return (await connect(port, device)).client;
    },
    async [Symbol.asyncDispose]() {
      await simulator.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
