import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Live, type LiveState } from './live.ts';

/** Stands for the browser's, which Node does not have. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 1;

  constructor() {
    super();
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  tell(kind: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

class FakeDocument extends EventTarget {
  visibilityState = 'visible';

  show(visibilityState: 'visible' | 'hidden'): void {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.opened = [];
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('document', new FakeDocument());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function openLive() {
  const states: LiveState[] = [];
  const events: unknown[] = [];
  const checkLogin = vi.fn<() => Promise<void>>(async () => {});
  new Live({
    url: '/events',
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    checkLogin,
  }).start();
  const source = () => FakeSource.opened.at(-1) ?? new FakeSource();
  return { states, events, checkLogin, source };
}

it('is live with the first snapshot', () => {
  const { states, events, source } = openLive();
  source().tell('snapshot', { devices: [] });
  source().tell('delta', { devices: [], removed: [1] });
  expect(states).toEqual(['live']);
  expect(events).toEqual([
    { kind: 'snapshot', data: { devices: [] } },
    { kind: 'delta', data: { devices: [], removed: [1] } },
  ]);
});

// The browser tells nothing of the answer, and tries no more.
it('asks whether the login is over when the server refuses, and opens again later', async () => {
  const { states, checkLogin, source } = openLive();
  source().fail(FakeSource.CLOSED);
  expect(states).toEqual(['reconnecting']);
  expect(checkLogin).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSource.opened).toHaveLength(2);
  source().fail(FakeSource.CLOSED);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(FakeSource.opened).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSource.opened).toHaveLength(3);
});

it('leaves it to the browser while that connects by itself', async () => {
  const { states, checkLogin, source } = openLive();
  source().fail(0);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(states).toEqual(['reconnecting']);
  expect(checkLogin).not.toHaveBeenCalled();
  expect(FakeSource.opened).toHaveLength(1);
});

// A cable that was pulled ends no connection.
it('opens again after a silence', async () => {
  const { states, source } = openLive();
  source().tell('snapshot', { devices: [] });
  await vi.advanceTimersByTimeAsync(25_000);
  expect(states).toEqual(['live', 'reconnecting']);
  expect(FakeSource.opened).toHaveLength(2);
  expect(FakeSource.opened[0]?.readyState).toBe(FakeSource.CLOSED);
});

it('closes the stream of a hidden page after a while, and opens it when it is shown', async () => {
  const { states, source } = openLive();
  const page = document as unknown as FakeDocument;
  source().tell('snapshot', { devices: [] });
  page.show('hidden');
  await vi.advanceTimersByTimeAsync(4_000);
  page.show('visible');
  expect(source().readyState).toBe(1);
  page.show('hidden');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(source().readyState).toBe(FakeSource.CLOSED);
  expect(states).toEqual(['live', 'resting']);
  page.show('visible');
  expect(FakeSource.opened).toHaveLength(2);
});
