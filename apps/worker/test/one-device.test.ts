import { type DeviceId, type Epoch, type PhoneNumber, type SequenceId } from '@dripfleet/domain';
import { DatabaseError, lockContacts } from '@dripfleet/store';
import {
  addDevice,
  addRun,
  addRuns,
  addSequence,
  type Columns,
  type Run,
} from '@dripfleet/testkit';
import type { Transport } from '@dripfleet/transport';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorkerEvent } from '../src/events.ts';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let sequence: SequenceId;
let worker: TestWorker;
beforeAll(async () => {
  bench = await openBench();
  sequence = await addSequence(bench.store);
});
afterAll(async () => await bench.close());
afterEach(async () => {
  await worker.stop();
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
  await bench.store.sql(`update deliveries set state = 'cancelled' where state = 'sending'`);
});

const unreachable = () =>
  new DatabaseError('no answer', {
    code: 'unreachable',
    sqlState: undefined,
    constraint: undefined,
  });

describe('one device', () => {
  const start = async (options: Parameters<typeof startWorker>[1] = {}): Promise<TestWorker> => {
    worker = await startWorker(bench, options);
    return worker;
  };
  const addBusy = async (columns: Columns = {}): Promise<readonly [DeviceId, Run]> => {
    const device = await addDevice(bench.store, columns);
    return [device, await addRun(bench.store, device, { sequence_id: sequence })];
  };
  const opened = (device: DeviceId) => (event: WorkerEvent) =>
    event.kind === 'session.opened' && event.deviceId === device;
  /** Does something between the connect and the look at who owns the device. */
  const after =
    (act: () => Promise<unknown>) =>
    (transport: Transport): Transport => ({
      ...transport,
      open: async (...given) => {
        const session = await transport.open(...given);
        await act();
        return session;
      },
    });

  test.each<[string, string]>([
    ['another worker', 'owner_worker_id = gen_random_uuid()'],
    ['a later claim', 'owner_epoch = owner_epoch + 1'],
  ])('that went to %s while it connected is let go, and nothing is sent', async (_, change) => {
    const [device] = await addBusy();
    const one = await start({
      wrap: after(
        async () => await bench.store.sql(`update devices set ${change} where id = $1`, [device]),
      ),
    });
    await one.manager.scan();
    await bench.enqueue(device);
    await one.until(({ kind }) => kind === 'session.ended' || kind === 'delivery.concluded');
    expect(one.events.some(opened(device))).toBe(false);
    expect(await bench.messages(device)).toEqual([]);
  });

  test('hands its session a gate that shuts with the worker’s trust', async () => {
    const [device] = await addBusy();
    const gates: (() => unknown)[] = [];
    const one = await start({
      wrap: (transport) => ({
        ...transport,
        open: async (request, signal) => {
          gates.push(() => request.gate());
          return await transport.open(request, signal);
        },
      }),
    });
    await one.manager.scan();
    await one.until(opened(device));
    expect(gates[0]?.()).toBeUndefined();
    one.clock.leap(3_600_001);
    expect(gates[0]?.()).toBe('fenced');
  });

  test('whose session is just being opened is cut by a fence in the same tick', async () => {
    const [device] = await addBusy();
    let isCut = false;
    const one = await start({
      wrap: (transport) => ({
        ...transport,
        open: async (...given) => {
          const session = await transport.open(...given);
          return {
            ...session,
            caughtUp: new Promise(() => {}),
            terminate: () => {
              isCut = true;
              session.terminate();
            },
          };
        },
      }),
    });
    await one.manager.scan();
    await one.clock.untilAsleep(40_000);
    expect(isCut).toBe(false);
    one.manager.fence();
    expect(isCut).toBe(true);
    expect(one.manager.workers.has(device)).toBe(false);
  });

  test('whose session is open is cut by a fence', async () => {
    const [device] = await addBusy();
    const one = await start();
    await one.manager.scan();
    await one.until(opened(device));
    one.manager.fence();
    const end = await one.until(({ kind }) => kind === 'session.ended');
    expect(end).toMatchObject({ deviceId: device });
  });

  test.each(['receipts', 'inbound'] as const)(
    'is not open until its %s that came so far are stored',
    async (which) => {
      const [device] = await addBusy();
      let letGo: () => void = () => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const one = await start();
      let asked: () => void = () => {};
      const wasAsked = new Promise<void>((resolve) => (asked = resolve));
      // The one part that is late; the rest is as it is.
      Object.defineProperty(one.device[which], 'flushed', {
        value: async () => {
          asked();
          await held;
        },
      });
      await one.manager.scan();
      await Promise.race([wasAsked, one.until(opened(device))]);
      expect(one.events.some(opened(device))).toBe(false);
      letGo();
      await one.until(opened(device));
    },
  );

  test('that is claimed anew under the same worker does not go on as before', async () => {
    const [device] = await addBusy();
    const one = await start();
    await one.manager.scan();
    await one.until(opened(device));
    const before: Epoch | undefined = one.manager.workers.get(device)?.context.claim.epoch;
    await bench.store.sql('update devices set owner_epoch = owner_epoch + 1 where id = $1', [
      device,
    ]);
    await one.manager.scan();
    expect(one.manager.workers.get(device)?.context.claim.epoch).not.toBe(before);
  });

  test('of a worker whose trust has ended is let go by the next scan', async () => {
    const [device] = await addBusy();
    const one = await start();
    await one.manager.scan();
    await one.until(opened(device));
    one.clock.leap(3_600_001);
    await one.manager.scan();
    expect(one.manager.workers.has(device)).toBe(false);
  });

  test('that is owned without a device worker is claimed anew', async () => {
    // Guards: a claim whose answer was lost; nobody else may take it, for its owner lives.
    const one = await start();
    const device = await addDevice(bench.store, { owner_worker_id: one.worker, owner_epoch: 4 });
    await one.manager.scan();
    expect(one.manager.workers.get(device)?.context.claim.epoch).toBe(5);
  });

  // Guards: repeats that pile up on a line which takes everything and hands nothing over, and all arrive when it heals.
  test('repeats what was not confirmed over a new session, before it sends anything new', async () => {
    const [device] = await addBusy();
    await addRun(bench.store, device, { sequence_id: sequence });
    const ids: string[] = [];
    const sessions: number[] = [];
    let connects = 0;
    const one = await start({
      wrap: (transport) => ({
        ...transport,
        open: async (...given) => {
          const session = await transport.open(...given);
          const number = (connects += 1);
          return {
            ...session,
            send: async (message, gate) => {
              ids.push(message.messageId);
              sessions.push(number);
              if (ids.length > 1) return await session.send(message, gate);
              return { kind: 'unconfirmed', reason: 'ack_timeout' };
            },
          };
        },
      }),
    });
    await one.manager.scan();
    await bench.enqueue(device);
    await one.until(
      () => one.events.filter(({ kind }) => kind === 'delivery.concluded').length >= 3,
    );
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(sessions).toEqual([1, 2, 2]);
  });

  test('takes back what it had in hand when Postgres did not answer', async () => {
    // Guards: a job that stays in hand for fifteen minutes, and its row with it.
    const [device] = await addBusy();
    let isFirst = true;
    const one = await start({
      decorate: (parts) => ({
        ...parts,
        store: {
          ...parts.store,
          load: async (id) => {
            if (!isFirst) return await parts.store.load(id);
            isFirst = false;
            throw unreachable();
          },
        },
      }),
    });
    await one.manager.scan();
    await one.until(opened(device));
    await bench.enqueue(device);
    await one.until(({ kind }) => kind === 'problem');
    while (one.manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
    expect(await bench.redis.llen(`bull:device-${device}:active`)).toBe(0);
  });

  test('waits for its pace before it fetches the next job', async () => {
    // Guards the caps: the pace is waited for here, and nowhere else.
    const pacing = JSON.stringify({ caps: [{ max: 1, window_ms: 3_600_000 }] });
    const [device] = await addBusy({ pacing });
    await addRun(bench.store, device, { sequence_id: sequence });
    const one = await start();
    await one.manager.scan();
    await bench.enqueue(device);
    const concluded = () => one.events.filter(({ kind }) => kind === 'delivery.concluded').length;
    while (one.manager.workers.get(device)?.activity.kind !== 'paced' && concluded() < 2) {
      await bench.redis.ping();
    }
    expect(concluded()).toBe(1);
    expect(await bench.redis.llen(`bull:device-${device}:wait`)).toBe(1);
  });

  /** A device with several messages due, and what its worker asks of its queue. */
  const startAsked = async (wrap: (transport: Transport) => Transport = (same) => same) => {
    const [device] = await addBusy();
    await addRuns(bench.store, { device, sequence, count: 2 });
    const asked: string[] = [];
    const one = await start({
      wrap,
      decorate: (parts) => ({
        ...parts,
        queues: {
          ...parts.queues,
          open: (...given) => {
            const queue = parts.queues.open(...given);
            const note =
              <Args extends unknown[], Result>(name: string, ask: (...args: Args) => Result) =>
              (...args: Args): Result => {
                asked.push(name);
                return ask(...args);
              };
            return {
              ...queue,
              fetch: note('fetch', queue.fetch),
              complete: note('complete', queue.complete),
              completeAndFetch: note('completeAndFetch', queue.completeAndFetch),
            };
          },
        },
      }),
    });
    await one.manager.scan();
    return { device, one, asked };
  };

  test('that may go on at once gets the next message with the end of the last', async () => {
    // Guards the cost of a message: a script of Redis each for fetching and finishing it.
    const { device, one, asked } = await startAsked();
    await one.until(opened(device));
    asked.length = 0;
    await bench.enqueue(device);
    while ((await bench.messages(device)).length < 3) await bench.redis.ping();
    while (one.manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
    // Woken for nothing it may fetch once more, but never between two messages.
    expect(
      asked.slice(asked.indexOf('completeAndFetch'), asked.lastIndexOf('completeAndFetch') + 1),
    ).toEqual(Array.from({ length: 3 }, () => 'completeAndFetch'));
    expect(asked).not.toContain('complete');
  });

  test('that is paused while a message is on its way leaves the next in its queue', async () => {
    let pause = async () => {};
    const { device, one, asked } = await startAsked((transport) => ({
      ...transport,
      open: async (...given) => {
        const session = await transport.open(...given);
        return {
          ...session,
          send: async (...message) => {
            await pause();
            return await session.send(...message);
          },
        };
      },
    }));
    await one.until(opened(device));
    pause = async () => {
      await bench.store.sql(`update devices set desired_state = 'paused' where id = $1`, [device]);
      await one.manager.refresh([device]);
    };
    await bench.enqueue(device);
    while (one.manager.workers.get(device)?.activity.kind !== 'paused') await bench.redis.ping();
    expect(await bench.messages(device)).toHaveLength(1);
    expect(asked).not.toContain('completeAndFetch');
    expect(await bench.redis.llen(`bull:device-${device}:wait`)).toBe(2);
    expect(await bench.redis.llen(`bull:device-${device}:active`)).toBe(0);
  });

  test('gives a row back that somebody holds for long', async () => {
    const [device, run] = await addBusy();
    const [contact] = await bench.store.sql<{ phone: PhoneNumber }>(
      'select phone from contacts where id = $1',
      [run.contactId],
    );
    if (!contact) throw new Error('no contact');
    const one = await start();
    await one.manager.scan();
    await one.until(opened(device));
    await bench.store.db.transaction(async (tx) => {
      await lockContacts(tx, [contact.phone]);
      await bench.enqueue(device);
      const active = `bull:device-${device}:active`;
      while ((await bench.redis.llen(active)) === 0) await bench.redis.ping();
      while ((await bench.redis.llen(active)) > 0) await bench.redis.ping();
      const rows = await bench.store.sql(
        'select dispatch_state from sequence_contacts where id = $1',
        [run.id],
      );
      // The job is completed after the row was given back.
      expect(rows).toEqual([{ dispatch_state: 'idle' }]);
    });
  });

  test('drops a job that is not ours, and goes on', async () => {
    const [device] = await addBusy();
    let isFirst = true;
    const one = await start({
      decorate: (parts) => ({
        ...parts,
        queues: {
          ...parts.queues,
          open: (...given) => {
            const queue = parts.queues.open(...given);
            return {
              ...queue,
              fetch: async () => {
                if (!isFirst) return await queue.fetch();
                isFirst = false;
                return { id: 'another', payload: undefined };
              },
            };
          },
        },
      }),
    });
    await one.manager.scan();
    await one.until((event) => event.kind === 'job.skipped' || event.kind === 'problem');
    expect(one.events).toContainEqual({
      kind: 'job.skipped',
      deviceId: device,
      reason: 'not_ours',
    });
  });

  test('is given up only when its session is closed, to its successor by name', async () => {
    const [device] = await addBusy();
    let close: () => void = () => {};
    const mayClose = new Promise<void>((resolve) => (close = resolve));
    let closing: () => void = () => {};
    const isClosing = new Promise<void>((resolve) => (closing = resolve));
    const one = await start({
      wrap: (transport) => ({
        ...transport,
        open: async (...given) => {
          const session = await transport.open(...given);
          return {
            ...session,
            close: async () => {
              closing();
              await mayClose;
              await session.close();
            },
          };
        },
      }),
    });
    await one.manager.scan();
    await one.until(opened(device));
    const two = await startWorker(bench);
    const ownerOf = async () =>
      (
        await bench.store.sql(
          'select owner_worker_id as owner, reserved_for as next from devices where id = $1',
          [device],
        )
      )[0];
    const stopping = one.manager.stop();
    await isClosing;
    // Whatever is sent on the way to Postgres has arrived.
    await bench.redis.ping();
    await bench.store.sql('select pg_sleep(0.2)');
    expect(await ownerOf()).toMatchObject({ owner: one.worker });
    close();
    await stopping;
    expect(await ownerOf()).toMatchObject({ owner: null, next: two.worker });
    await two.stop();
  });
});
