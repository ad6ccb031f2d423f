import { z } from 'zod';
import { phoneField, textField } from './parse-fields.ts';
import { REPLACED } from './connections.ts';
import { type Answer, type Controlled, postRoute, type Route } from './route.ts';

const TEN_YEARS_SECONDS = 315_360_000;
const wholeSeconds = `give whole seconds from 1 to ${TEN_YEARS_SECONDS}`;
const device = z.strictObject({ device: phoneField });

/** What the phones' users and WhatsApp itself do to linked devices. */
export const whatsappRoutes: Readonly<Record<string, Route>> = {
  'GET /certificate': async ({ whatsapp }) => ({
    status: 200,
    body: { certificate: (await whatsapp.load()).certificate },
  }),
  'POST /scan': postRoute(
    device.extend({ qr: textField('give the whole text of the QR that the client shows') }),
    async ({ whatsapp }, body) => answer((await whatsapp.load()).scan(body.qr, body.device)),
  ),
  'POST /code': postRoute(
    device.extend({ code: textField('give the eight characters that the client shows') }),
    async ({ whatsapp }, body) =>
      answer(await (await whatsapp.load()).typeCode(body.code, body.device)),
  ),
  'POST /unlink': postRoute(device, async ({ whatsapp }, body) =>
    answer((await whatsapp.load()).unlink(body.device)),
  ),
  'POST /replace': postRoute(device, (controlled, body) => end(controlled, body.device, REPLACED)),
  'POST /stream-error': postRoute(
    device.extend({ code: statusField('give a code from 400 to 999, for example 515') }),
    (controlled, body) => end(controlled, body.device, body.code),
  ),
  'POST /timelock': postRoute(
    device.extend({
      active: z.boolean({ error: 'give true or false' }),
      seconds: z.int({ error: wholeSeconds }).min(1).max(TEN_YEARS_SECONDS).default(3600),
    }),
    async ({ whatsapp }, { device: phone, active, seconds }) =>
      answer((await whatsapp.load()).setTimeLock(phone, { active, seconds })),
  ),
  'POST /retry': postRoute(
    device.extend({ to: phoneField, id: textField('give the id of the message') }),
    async ({ whatsapp }, body) => answer((await whatsapp.load()).askAgain(body)),
  ),
  'POST /numbers': postRoute(
    z.strictObject({
      missing: z.array(phoneField, { error: 'give an array of numbers that nobody has' }),
    }),
    async ({ whatsapp }, { missing }) => {
      (await whatsapp.load()).setMissing(missing);
      return { status: 200, body: { missing: missing.length } };
    },
  ),
};

function answer(deed: { readonly kind: 'done' | 'nobody' | 'not_now'; fix?: string }): Answer {
  if (deed.kind === 'done') return { status: 200, body: { done: true } };
  return { status: deed.kind === 'nobody' ? 404 : 409, body: { error: deed.fix ?? '' } };
}

function end({ network }: Controlled, phone: string, code: number): Answer {
  if (network.end(phone, code)) return { status: 200, body: { done: true } };
  return { status: 409, body: { error: 'device: not connected; wait until it is' } };
}

function statusField(error: string) {
  return z.int({ error }).min(400, error).max(999, error);
}
