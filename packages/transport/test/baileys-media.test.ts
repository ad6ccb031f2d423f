import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transport } from '../src/index.ts';
import { type Lab, open, openLab } from './baileys-lab.ts';

const files: Readonly<Record<string, readonly [type: string, head: string]>> = {
  '/picture.jpg': ['image/jpeg', 'ffd8ffe000104a464946'],
  '/film.mp4': ['video/mp4', '000000206674797069736f6d'],
  '/song.ogg': ['audio/ogg', '4f67675300020000'],
  '/terms.pdf': ['application/pdf', '255044462d312e37'],
};
let fetched: string[] = [];
const shop = createServer(({ url = '' }, response) => {
  fetched.push(url);
  const [type, head] = files[url] ?? [];
  response.writeHead(type === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' });
  response.end(Buffer.concat([Buffer.from(head ?? '', 'hex'), Buffer.alloc(1_000)]));
});
let lab: Lab;
let over: Transport;
let origin: string;
beforeAll(async () => {
  lab = await openLab();
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  over = await lab.transport({
    standIn: {
      mediaReach: { http: true, mayConnect: () => true },
      uploadAgent: new Agent({ ca: await lab.simulator.certificate() }),
    },
  });
});
afterAll(async () => {
  await lab.simulator.stop();
  shop.close();
});

test.each([
  ['image', '/picture.jpg', 'Look'],
  ['video', '/film.mp4', 'Look'],
  ['document', '/terms.pdf', 'Look'],
  // WhatsApp shows no caption under it.
  ['audio', '/song.ogg', ''],
] as const)('a step with a file of kind %s arrives with it', async (kind, path, caption) => {
  const device = await lab.device();
  const { session } = await lab.connect(device, { over });
  const picture = device.message({ body: 'Look', media: { kind, url: `${origin}${path}` } });
  expect(await session.send(picture, open)).toMatchObject({ kind: 'accepted' });
  const [seen] = await lab.ofDevice('message', device);
  expect(seen).toMatchObject({ id: picture.messageId, media: kind, text: caption });
  await session.close();
});

test('a file is fetched once for the process and uploaded once for a session', async () => {
  fetched = [];
  const device = await lab.device();
  const { session } = await lab.connect(device, { over });
  const { uploads: before = 0 } = await lab.simulator.stats();
  const media = { kind: 'document', url: `${origin}/terms.pdf`, fileName: 'Terms.pdf' } as const;
  for (let sent = 0; sent < 3; sent += 1) {
    expect(await session.send(device.message({ media }), open)).toMatchObject({ kind: 'accepted' });
  }
  const { uploads: after = 0 } = await lab.simulator.stats();
  expect(after - before).toBe(1);
  expect(fetched).toEqual([]);
  await session.close();
});

test('a file that is not there rejects its message, and nothing leaves', async () => {
  const device = await lab.device();
  const { session } = await lab.connect(device, { over });
  const message = device.message({ media: { kind: 'image', url: `${origin}/gone.jpg` } });
  expect(await session.send(message, open)).toEqual({ kind: 'rejected', code: 'media_not_found' });
  expect(await lab.ofDevice('message', device)).toEqual([]);
  await session.close();
});

test('an upload that WhatsApp does not take sends nothing', async () => {
  const device = await lab.device();
  const distrusting = await lab.transport({
    standIn: { mediaReach: { http: true, mayConnect: () => true } },
  });
  const { session } = await lab.connect(device, { over: distrusting });
  const message = device.message({ media: { kind: 'image', url: `${origin}/picture.jpg` } });
  expect(await session.send(message, open)).toEqual({
    kind: 'not_sent',
    reason: 'media_unavailable',
  });
  expect(await session.send(device.message(), open)).toMatchObject({ kind: 'accepted' });
  await session.close();
});
