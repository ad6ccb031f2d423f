import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PairingBody, PairingView } from '../../src/wire.ts';
import { type Api, ApiError } from '../page/api.ts';
import { PairingWatch } from './pairing-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const qr: PairingView = { kind: 'waiting', method: 'qr', qr: ['1'], validForMs: 20_000 };

/** A server that tells what it is given, one answer a look; the last one stays. */
function openWatch(answers: (PairingView | ApiError)[]) {
  const calls: string[] = [];
  const answer = (): PairingView => {
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof ApiError) throw next;
    return next ?? { kind: 'none' };
  };
  const api: Pick<Api, 'requestPairing' | 'findPairing' | 'cancelPairing'> = {
    requestPairing: async (_, { method }: PairingBody) => {
      calls.push(`ask ${method}`);
      return answer();
    },
    findPairing: async () => {
      calls.push('look');
      return answer();
    },
    cancelPairing: async () => void calls.push('cancel'),
  };
  return { watch: new PairingWatch(api as Api, 'ana'), calls };
}

it('looks once a second until it is linked, and then no more', async () => {
  const { watch, calls } = openWatch([{ kind: 'requested' }, qr, { kind: 'paired' }]);
  await watch.ask({ method: 'qr' });
  expect(watch.state).toMatchObject({ kind: 'told', view: { kind: 'requested' } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(watch.state).toMatchObject({ view: qr });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(watch.state).toMatchObject({ view: { kind: 'paired' } });
  watch.cancel();
  expect(calls).toEqual(['ask qr', 'look', 'look']);
});

// A code on a screen that was left must link nobody.
it('takes the request back when nobody looks any more', async () => {
  const { watch, calls } = openWatch([qr]);
  await watch.ask({ method: 'qr' });
  watch.cancel();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toEqual(['ask qr', 'cancel']);
});

it('says why it was refused, and asks anew', async () => {
  const { watch } = openWatch([new ApiError('session_open', 'It is linked already'), qr]);
  await watch.ask({ method: 'qr' });
  expect(watch.state).toEqual({ kind: 'refused', problem: 'It is linked already' });
  await watch.ask({ method: 'qr' });
  expect(watch.state).toMatchObject({ view: qr });
  watch.cancel();
});

it('goes on looking when a look fails, with what it knows', async () => {
  const { watch } = openWatch([qr, new ApiError('unreachable', 'No answer'), { kind: 'paired' }]);
  await watch.ask({ method: 'qr' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(watch.state).toMatchObject({ view: qr, problem: 'No answer' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(watch.state).toMatchObject({ view: { kind: 'paired' } });
});
