import { expect, it } from 'vitest';
import { openLab } from './lab.ts';

const device = '+15550000001';

it.each([
  ['/scan', { device }, 'qr'],
  ['/code', { code: 'ABCDEFGH' }, 'device'],
  ['/unlink', { device: '15550000001' }, 'device'],
  ['/replace', {}, 'device'],
  ['/stream-error', { device, code: 42 }, 'code'],
  ['/timelock', { device, active: 'yes' }, 'active'],
  ['/timelock', { device, active: true, seconds: 0 }, 'seconds'],
  ['/retry', { device, to: '+15559990001' }, 'id'],
  ['/numbers', { missing: '+15559990001' }, 'missing'],
  ['/say', { from: device, device, text: 'x', address: 'name' }, 'address'],
  ['/unlink', { device, hard: true }, 'hard'],
])('POST %s %j is refused and names %s', async (path, body, field) => {
  await using lab = await openLab();
  const answer = await lab.post(path, body);
  expect(answer.status).toBe(400);
  expect(answer.body['problems']).toMatchObject([{ field }]);
});

it.each([
  ['/scan', { device, qr: '2@old,a,b,c' }, 404],
  ['/code', { device, code: 'ABCDEFGH' }, 404],
  ['/unlink', { device }, 404],
  ['/timelock', { device, active: true }, 404],
  ['/retry', { device, to: '+15559990001', id: 'A1' }, 404],
  ['/replace', { device }, 409],
  ['/stream-error', { device, code: 515 }, 409],
])('POST %s for nobody says what is missing', async (path, body, status) => {
  await using lab = await openLab();
  const answer = await lab.post(path, body);
  expect(answer.status).toBe(status);
  expect(answer.body['error']).toMatch(/^(qr|device|id): /);
});

it('a contact asks for a message five times, then gives up', async () => {
  await using lab = await openLab({ registerUnknown: true });
  const { madeUpDevice } = await import('./memory-auth.ts');
  const { WhatsappClient } = await import('./whatsapp-client.ts');
  const client = await new WhatsappClient(lab.port, madeUpDevice(device)).untilOpen();
  await client.end();
  const ask = async () =>
    (await lab.post('/retry', { device, to: '+15559990001', id: 'A1' })).status;
  const statuses = [await ask(), await ask(), await ask(), await ask(), await ask(), await ask()];
  expect(statuses).toEqual([200, 200, 200, 200, 200, 409]);
});
