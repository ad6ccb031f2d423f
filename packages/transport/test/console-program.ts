import { durationMs, phoneNumber } from '@dripfleet/domain';
import { baileysTransport } from '../src/index.ts';
import { madeUpIdentity } from './made-up-identity.ts';
import { recordedSession } from './recorded-session.ts';

/** Sends over two sessions of one device, so that Signal sessions are opened, closed and replaced. Tells how often. */
const [url = ''] = process.argv.slice(2);
const transport = await baileysTransport({
  url,
  timings: { ackTimeout: durationMs(10_000), connectTimeout: durationMs(10_000) },
  typingTime: durationMs(0),
});
let asked = 0;
for (const way of ['debug', 'log', 'info', 'warn', 'error'] as const) {
  const print = console[way];
  console[way] = (...args: unknown[]) => {
    asked += 1;
    print(...args);
  };
}
const phone = phoneNumber('+15557654321');
const credentials = await madeUpIdentity(phone);
for (const text of ['one', 'two', 'three']) {
  const { session } = await recordedSession(transport, { phone, credentials });
  const message = {
    messageId: `3EB0${text}` as never,
    toJid: '15559990001@s.whatsapp.net',
    body: text,
  };
  await session.send(message, () => undefined);
  await session.close();
}
process.send?.({ asked });
