import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';

import type { ProxyMode } from '../lab/proxy-mode.ts';
import { TcpProxy } from '../lab/tcp-proxy.ts';

const opened: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** An echo server behind a proxy, and what it heard. */
async function openEcho() {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await TcpProxy.open(() => (server.address() as AddressInfo).port);
  opened.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  opened.push(async () => await proxy.close());
  return { proxy, heard, server, sockets };
}

/** A client that has its echo of `hello`: the connection stands on both sides. */
async function openClient({ port }: TcpProxy): Promise<Client> {
  const client = new Client(connect({ port, host: '127.0.0.1' }));
  opened.push(() => {
    client.socket.destroy();
  });
  return client;
}

const fail = (): never => {
  throw new Error('the server has no connection');
};

class Client {
  readonly socket: Socket;
  heard = '';
  readonly closed: Promise<string>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.heard += chunk.toString()));
    let error = 'ended';
    socket.on('error', (problem: NodeJS.ErrnoException) => (error = problem.code ?? ''));
    this.closed = once(socket, 'close').then(
      () => error,
      (problem: NodeJS.ErrnoException) => problem.code ?? '',
    );
  }

  /** Says it and resolves when the echo of all so far is back. */
  async echo(words: string): Promise<void> {
    const wanted = this.heard + words;
    this.socket.write(words);
    while (this.heard.length < wanted.length) await once(this.socket, 'data');
    expect(this.heard).toBe(wanted);
  }
}

/** Twenty echoes over a link of its own: whatever could get through the struck one has had the time to. */
async function elsewhere(): Promise<void> {
  const { proxy } = await openEcho();
  const witness = await openClient(proxy);
  for (let turn = 0; turn < 20; turn += 1) await witness.echo(`${turn} `);
}

/** Whether it ended well or with an error. */
const closing = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

it('lets bytes through in both directions, in order, and the end of each side', async () => {
  const { proxy, server } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello ');
  await client.echo('world');
  const [connection] = await Promise.all([once(server, 'connection'), openClient(proxy)]);
  (connection as readonly Socket[])[0]?.end('bye');
  client.socket.end();
  expect(await client.closed).toBe('ended');
});

it('refuse resets the connections there are and every new one', async () => {
  const { proxy } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'refuse' };
  expect(await client.closed).toBe('ECONNRESET');
  const late = await openClient(proxy);
  expect(await late.closed).toMatch(/ECONNRESET|ended/);
  proxy.mode = { kind: 'pass' };
  await (await openClient(proxy)).echo('again');
});

// A black hole that tells anybody would be a refusal: no FIN, no RST, no byte, in no direction.
it('a black hole is silent both ways, and what was held arrives when it ends', async () => {
  const { proxy, heard, sockets } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'black_hole' };
  client.socket.write('into the dark');
  for (const socket of sockets) socket.write('from the dark');
  await elsewhere();
  expect(heard).toEqual(['hello']);
  expect(client.heard).toBe('hello');
  proxy.mode = { kind: 'pass' };
  while (client.heard.length < 'hellofrom the darkinto the dark'.length) {
    await once(client.socket, 'data');
  }
  expect(heard.join('')).toBe('hellointo the dark');
});

// A frame of minutes ago from a process that has long sent it again: the network would count it as a late one.
it('what a client said into a black hole is lost when it hung up before the end', async () => {
  const { proxy, heard, sockets } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'black_hole' };
  client.socket.write('never to arrive');
  client.socket.destroy();
  await client.closed;
  expect(sockets.size).toBe(1);
  const gone = Promise.all([...sockets].map(closing));
  proxy.mode = { kind: 'pass' };
  await gone;
  expect(heard).toEqual(['hello']);
});

it('a connection made into a black hole hangs, and is reset when it ends', async () => {
  const { proxy, heard } = await openEcho();
  proxy.mode = { kind: 'black_hole' };
  const client = await openClient(proxy);
  await once(client.socket, 'connect');
  client.socket.write('hello');
  await elsewhere();
  expect(heard).toEqual([]);
  proxy.mode = { kind: 'pass' };
  expect(await client.closed).toBe('ECONNRESET');
});

it.each([
  { silent: 'to_client', serverHears: 'hellomore', clientHears: 'hello' },
  { silent: 'to_server', serverHears: 'hello', clientHears: 'hellounasked' },
] as const)(
  'half open: only the direction $silent is silent',
  async ({ silent, serverHears, clientHears }) => {
    const { proxy, heard, sockets } = await openEcho();
    const client = await openClient(proxy);
    await client.echo('hello');
    proxy.mode = { kind: 'half_open', silent };
    const [socket = fail()] = sockets;
    if (silent === 'to_client') {
      const arrived = once(socket, 'data');
      client.socket.write('more');
      await arrived;
    } else {
      client.socket.write('more');
      const arrived = once(client.socket, 'data');
      socket.write('unasked');
      await arrived;
    }
    await elsewhere();
    expect(heard.join('')).toBe(serverHears);
    expect(client.heard).toBe(clientHears);
  },
);

it('delay makes every chunk late, and keeps their order when it ends', async () => {
  const { proxy } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'delay', ms: 80 };
  const before = performance.now();
  await client.echo('slow');
  expect(performance.now() - before).toBeGreaterThanOrEqual(160);
  client.socket.write('1');
  proxy.mode = { kind: 'pass' };
  client.socket.write('2');
  while (!client.heard.endsWith('12')) await once(client.socket, 'data');
  expect(client.heard).toBe('helloslow12');
});

it('cut ends a connection after so many bytes, to the byte', async () => {
  const { proxy, heard } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'cut_after', bytes: 3 };
  client.socket.write('abcdef');
  expect(await client.closed).toBe('ECONNRESET');
  expect(heard.join('').length).toBeLessThanOrEqual('helloabc'.length);
  expect('helloabc').toContain(heard.join(''));
  expect(client.heard).toBe('hello');
});

// The case that matters: the server has done it, and its client will never know.
it('a dropped reply: the server hears the request, the client hears nothing and is cut off', async () => {
  const { proxy, heard } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  proxy.mode = { kind: 'drop_reply', requests: 1 };
  await client.echo('passes');
  client.socket.write('commit');
  expect(await client.closed).toBe('ECONNRESET');
  expect(heard.join('')).toBe('hellopassescommit');
  expect(client.heard).toBe('hellopasses');
});

it('a server that refuses is a refusal through the proxy too', async () => {
  const proxy = await TcpProxy.open(() => 1);
  opened.push(async () => await proxy.close());
  expect(await (await openClient(proxy)).closed).toBe('ECONNRESET');
});

it('asks for the port of the server at each connection, for a restarted one has another', async () => {
  const first = await openEcho();
  const second = await openEcho();
  let port = (first.server.address() as AddressInfo).port;
  const proxy = await TcpProxy.open(() => port);
  opened.push(async () => await proxy.close());
  await (await openClient(proxy)).echo('to the first');
  port = (second.server.address() as AddressInfo).port;
  await (await openClient(proxy)).echo('to the second');
  expect([first.heard, second.heard]).toEqual([['to the first'], ['to the second']]);
});

it('closing ends its connections and frees its port', async () => {
  const { proxy } = await openEcho();
  const client = await openClient(proxy);
  await client.echo('hello');
  const modes: readonly ProxyMode[] = [{ kind: 'pass' }, { kind: 'black_hole' }];
  for (const mode of modes) proxy.mode = mode;
  await proxy.close();
  expect(await client.closed).toBe('ECONNRESET');
  const free = createServer().listen(proxy.port, '127.0.0.1');
  await once(free, 'listening');
  free.close();
  opened.splice(opened.length - 2, 1);
});
