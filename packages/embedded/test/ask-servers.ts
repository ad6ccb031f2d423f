import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { ScramLogin } from './scram-login.ts';

/** One inline command; the reply as Redis wrote it, or its refusal of the URL's password. */
export async function askRedis(url: string, command: string): Promise<string> {
  const { password } = new URL(url);
  const socket = await open(url);
  const ask = async (line: string) => {
    socket.write(`${line}\r\n`);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString().trim();
  };
  const login = password === '' ? '+OK' : await ask(`auth ${password}`);
  const reply = login === '+OK' ? await ask(command) : login;
  socket.destroy();
  return reply;
}

/**
 * One statement over PostgreSQL's simple query protocol; the first column of each row. This package has no client
 * library and needs none but here. Throws what the server refuses, the URL's password included.
 */
export async function askPostgres(url: string, sql: string): Promise<readonly string[]> {
  const { username, password, pathname } = new URL(url);
  const socket = await open(url);
  const login = `user\0${username}\0database\0${pathname.slice(1)}\0\0`;
  socket.write(frame(Buffer.concat([int32(196_608), Buffer.from(login)])));
  const scram = new ScramLogin(password);
  const rows: string[] = [];
  let asked = false;
  for await (const { type, body } of readFrames(socket)) {
    if (type === 'E') {
      socket.destroy();
      throw new Error(body.toString().replaceAll('\0', ' '));
    }
    // Request 0 asks for nothing more: we are in. 10 begins SCRAM, 11 goes on with it, 12 ends it.
    const request = type === 'R' ? body.readInt32BE(0) : 0;
    if (request === 10) socket.write(message('p', scram.first()));
    if (request === 11) socket.write(message('p', scram.final(body.toString('utf8', 4))));
    // Two bytes of column count, four of length, then the value.
    if (type === 'D') rows.push(body.subarray(6, 6 + body.readInt32BE(2)).toString());
    if (type !== 'Z') continue;
    if (asked) break;
    asked = true;
    socket.write(message('Q', Buffer.from(`${sql}\0`)));
  }
  socket.destroy();
  return rows;
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const frame = (body: Buffer): Buffer => Buffer.concat([int32(body.length + 4), body]);
const message = (type: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type), frame(body)]);

async function* readFrames(socket: Socket): AsyncGenerator<{ type: string; body: Buffer }> {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, chunk as Buffer]);
    while (pending.length >= 5 && pending.length > pending.readInt32BE(1)) {
      const end = 1 + pending.readInt32BE(1);
      yield { type: pending.toString('latin1', 0, 1), body: pending.subarray(5, end) };
      pending = pending.subarray(end);
    }
  }
}
