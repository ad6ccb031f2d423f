import { expect, it } from 'vitest';
import { Connections } from './connections.ts';
import { openLedger } from './ledger.ts';
import type { Link, Notice } from './link.ts';
import { Mailbox } from './mailbox.ts';

const device = '+15550000001';

function inbound(id: string): Notice {
  return { kind: 'inbound', id, from: '+15559990001', text: id };
}

/** A client that writes down what it is told. */
function openNotebook(confirms = false): Link & { readonly told: string[]; open: boolean } {
  const told: string[] = [];
  return {
    told,
    open: true,
    confirms,
    ack: () => {},
    notify: ({ id }) => told.push(id),
    welcome: (kept) => told.push(...kept.map(({ id }) => id), 'offline_done'),
    close: () => {},
  };
}

function openPost() {
  const connections = new Connections(openLedger(undefined));
  return { connections, mailbox: new Mailbox(connections) };
}

it('keeps what comes while a connection opens behind what was kept before', () => {
  const { connections, mailbox } = openPost();
  const link = openNotebook();
  mailbox.post(device, inbound('older'));
  const connection = connections.open(device, link);
  expect(mailbox.post(device, inbound('newer'))).toBe('kept');
  mailbox.handOver(connection);
  expect(mailbox.post(device, inbound('newest'))).toBe('sent');
  expect(link.told).toEqual(['older', 'newer', 'offline_done', 'newest']);
});

it('keeps what comes for a client that has begun to leave', () => {
  const { connections, mailbox } = openPost();
  const leaving = openNotebook();
  mailbox.handOver(connections.open(device, leaving));
  leaving.open = false;
  expect(mailbox.post(device, inbound('A'))).toBe('kept');
  const next = openNotebook();
  mailbox.handOver(connections.open(device, next));
  expect(leaving.told).toEqual(['offline_done']);
  expect(next.told).toEqual(['A', 'offline_done']);
});

it('hands nothing to a connection that was replaced before it opened', () => {
  const { connections, mailbox } = openPost();
  const [older, newer] = [openNotebook(), openNotebook()];
  mailbox.post(device, inbound('A'));
  const first = connections.open(device, older);
  const second = connections.open(device, newer);
  mailbox.handOver(first);
  mailbox.handOver(second);
  expect([older.told, newer.told]).toEqual([[], ['A', 'offline_done']]);
  expect(mailbox.size).toBe(0);
});

// Guards against a reply (a STOP) that dies with the client that was reading it.
it('keeps what a client has not confirmed for its next connection', () => {
  const { connections, mailbox } = openPost();
  const [dying, next, last] = [openNotebook(true), openNotebook(true), openNotebook(true)];
  const [confirmed, unconfirmed] = [inbound('A'), inbound('B')];
  mailbox.handOver(connections.open(device, dying));
  mailbox.post(device, confirmed);
  mailbox.post(device, unconfirmed);
  mailbox.confirm(device, confirmed);
  mailbox.handOver(connections.open(device, next));
  expect(dying.told).toEqual(['offline_done', 'A', 'B']);
  mailbox.handOver(connections.open(device, last));
  expect([next.told, last.told]).toEqual([
    ['B', 'offline_done'],
    ['B', 'offline_done'],
  ]);
  mailbox.confirm(device, unconfirmed);
  expect(mailbox.size).toBe(0);
});
