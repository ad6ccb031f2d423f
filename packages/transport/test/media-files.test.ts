import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MediaFiles } from '../src/baileys/media/media-files.ts';
import { isPublicAddress } from '../src/baileys/media/public-address.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(1_000)]);
const limits = { image: 2_000, video: 2_000, audio: 2_000, document: 2_000 };
let origin: string;
let requests: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  answer(request, response);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  requests = [];
});

/** Files of the test's own server, and of the open internet. */
const here = () =>
  new MediaFiles({
    limits,
    reach: { http: true, mayConnect: (at) => at === '127.0.0.1' || isPublicAddress(at) },
  });
const fetchAs = async (path: string, files = here()) =>
  await files.fetch({ kind: 'image', url: path.startsWith('/') ? `${origin}${path}` : path });
const give =
  (body: Buffer | string, status = 200, headers: Record<string, string> = {}) =>
  (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'image/jpeg', ...headers });
    response.end(body);
  };

test('a file is fetched once for all who want it, at the same time or later', async () => {
  answer = give(jpeg);
  const files = here();
  const all = await Promise.all([fetchAs('/a', files), fetchAs('/a', files)]);
  all.push(await fetchAs('/a', files));
  for (const fetched of all) {
    expect(fetched).toEqual({ kind: 'fetched', file: { bytes: jpeg, mimeType: 'image/jpeg' } });
  }
  expect(requests).toEqual(['/a']);
});

test('what failed is asked for again', async () => {
  const files = here();
  answer = give('', 503);
  expect(await fetchAs('/a', files)).toEqual({ kind: 'unavailable' });
  answer = give(jpeg);
  expect(await fetchAs('/a', files)).toMatchObject({ kind: 'fetched' });
});

test.each([
  [404, { kind: 'refused', code: 'media_not_found' }],
  [410, { kind: 'refused', code: 'media_not_found' }],
  [401, { kind: 'refused', code: 'media_forbidden' }],
  [403, { kind: 'refused', code: 'media_forbidden' }],
  [408, { kind: 'unavailable' }],
  [429, { kind: 'unavailable' }],
  [500, { kind: 'unavailable' }],
  [206, { kind: 'unavailable' }],
])('a server that answers %i', async (status, expected) => {
  answer = give(jpeg, status);
  expect(await fetchAs('/a')).toEqual(expected);
});

test('a file is too large, whether it says so or not', async () => {
  const large = Buffer.concat([jpeg, Buffer.alloc(2_000)]);
  answer = give(large, 200, { 'content-length': String(large.length) });
  expect(await fetchAs('/a')).toEqual({ kind: 'refused', code: 'media_too_large' });
  // In chunks, of which nobody says how many come.
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    response.write(jpeg);
    response.write(jpeg);
    response.write(jpeg);
    response.end();
  };
  expect(await fetchAs('/b')).toEqual({ kind: 'refused', code: 'media_too_large' });
});

test('a file that is not what the step says is refused', async () => {
  answer = give('<html>please log in</html>', 200, { 'content-type': 'text/html' });
  expect(await fetchAs('/a')).toEqual({ kind: 'refused', code: 'media_wrong_type' });
});

test('a connection that breaks in the middle is temporary', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': '1500' });
    response.write(jpeg, () => response.destroy());
  };
  expect(await fetchAs('/a')).toEqual({ kind: 'unavailable' });
});

test('two redirects are followed, a third is not', async () => {
  answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) give(jpeg)(request, response);
    else give('', 302, { location: `/${left - 1}` })(request, response);
  };
  expect(await fetchAs('/2')).toMatchObject({ kind: 'fetched' });
  expect(await fetchAs('/3')).toEqual({ kind: 'refused', code: 'media_redirected' });
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://10.0.0.1/',
])('a redirect to %s is refused', async (location) => {
  // Guards: a public address that leads to what only this process can reach.
  answer = give('', 302, { location });
  expect(await fetchAs('/a')).toEqual({ kind: 'refused', code: 'media_private_address' });
});

test('a name that stands for a private address is refused, and nobody is connected to', async () => {
  // Guards: a name that is checked once and resolved a second time.
  answer = give(jpeg);
  const { port } = server.address() as AddressInfo;
  const files = new MediaFiles({ limits, reach: { http: true, mayConnect: isPublicAddress } });
  for (const host of ['localhost', '127.0.0.1', '2130706433', '0x7f000001']) {
    expect(await fetchAs(`http://${host}:${port}/a`, files)).toEqual({
      kind: 'refused',
      code: 'media_private_address',
    });
  }
  expect(requests).toEqual([]);
});

test.each([
  'http://example.com/a',
  'file:///etc/passwd',
  'https://me:secret@example.com/',
  'nonsense',
])('an address that is not plainly https:// (%s) is refused', async (url) => {
  expect(await fetchAs(url, new MediaFiles())).toEqual({ kind: 'refused', code: 'media_bad_url' });
});

test('a redirect from https to http is refused like any http', async () => {
  answer = give('', 302, { location: 'ftp://example.com/' });
  expect(await fetchAs('/a')).toEqual({ kind: 'refused', code: 'media_bad_url' });
});
