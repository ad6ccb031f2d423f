import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What must not be readable in a log, whatever object it came in. */
const secretPaths = ['phone', 'to', 'from', 'body', 'text', 'jid', 'credentials', 'key'];

/**
 * One JSON line per event: an object with fixed keys first, the event's name as the message.
 *
 * An error is written with known properties only: ioredis puts the command there, AUTH with its password too.
 * Values under the known keys of phone numbers, texts and credentials are replaced, and any run of digits that
 * looks like a phone number is masked in the finished line too, for error messages of other libraries carry them.
 */
export function openLogger({ name, level }: { name: string; level: string }): Logger {
  const known = level in pino.levels.values || level === 'silent';
  return pino(
    {
      name,
      level: known ? level : 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, error: describeError },
      redact: { paths: secretPaths.flatMap((path) => [path, `*.${path}`]), censor: '[hidden]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    maskPhones(pino.destination({ dest: 2, sync: true })),
  );
}

const errorKeys: ReadonlySet<string> = new Set([
  'code',
  'sqlState',
  'constraint',
  'syscall',
  'address',
  'port',
]);

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const known = Object.entries(error).filter(([key]) => errorKeys.has(key));
  return { type, message, stack, ...Object.fromEntries(known) };
}

/** `+` and 7 to 15 digits, as E.164 has it, or the same digits as a JID of WhatsApp. */
const phonePattern = /\+[1-9]\d{6,14}(?!\d)|\b[1-9]\d{6,14}(?=(?::\d+)?@(?:s\.whatsapp\.net|lid))/g;

function maskPhones(destination: { write(line: string): void }): { write(line: string): void } {
  return { write: (line) => destination.write(line.replaceAll(phonePattern, '[phone]')) };
}
