import { type DurationMs, engines, parseDuration } from '@dripfleet/domain';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

/**
 * Every setting of every process, in one place: the name, its default, what it means and what it must be.
 * docs/configuration.md is generated from this table.
 */
const duration = (fallback: string, meaning: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): DurationMs => {
      const parsed = parseDuration(text);
      if (parsed !== undefined) return parsed;
      context.addIssue({
        code: 'custom',
        message: `"${text}" is no duration; write it with its unit, such as ${fallback}`,
      });
      return z.NEVER;
    })
    .describe(meaning);

const count = (fallback: number, meaning: string, { min = 1, max = 1_000_000_000 } = {}) =>
  z.coerce.number().int().min(min).max(max).default(fallback).describe(meaning);

const url = (protocols: readonly string[], meaning: string) =>
  z
    .string()
    .refine(
      (text) =>
        protocols.some((protocol) => text.startsWith(`${protocol}://`)) && URL.canParse(text),
      {
        message: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
      },
    )
    .describe(meaning);

const words = (meaning: string) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .describe(meaning);

/** Credentials go to this address, and its TLS is all that proves whose it is. */
function isWhatsApp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) return /^wss?:$/.test(protocol);
  return protocol === 'wss:' && /^([a-z0-9-]+\.)*whatsapp\.com$/.test(hostname);
}

export const settings = {
  DATABASE_URL: url(['postgres', 'postgresql'], 'Postgres, the truth'),
  DATABASE_REPLICA_URL: url(['postgres', 'postgresql'], '')
    .optional()
    .describe(
      'A read replica of it, where the scheduler looks for due rows; whatever it finds is looked at again on the primary',
    ),
  REDIS_URL: url(['redis', 'rediss'], 'Redis, the queues and locks; must run with noeviction'),
  TRIGGER_INTERVAL: duration(
    '30s',
    'How often the scheduler, and a worker with ENGINE=direct, looks for due rows without being nudged',
  ),
  MAX_WORKERS_PER_INSTANCE: count(500, 'Device workers in one worker process at most', {
    max: 5_000,
  }),
  WORKER_QUEUE_SIZE: count(100, 'Rows queued or sending for one device at most', { max: 10_000 }),
  WORKER_IDLE_TIMEOUT: duration('5m', 'How long a device worker without work keeps its device'),
  HEALTH_CHECK_INTERVAL: duration('1m', 'How often stuck device workers are looked for'),
  MAX_MESSAGES_PER_HOUR: count(80, 'Messages of one device in any hour; its own pacing wins'),
  MIN_GAP: duration('5s', 'Shortest pause between two messages of a device; its own pacing wins'),
  MAX_GAP: duration('15s', 'Longest pause between two messages of a device; its own pacing wins'),
  ACK_TIMEOUT: duration('30s', 'How long an attempt waits for the acknowledgement'),
  SEND_BUDGET: duration('20s', 'How long after begin a frame may still be written'),
  ENGINE: z
    .enum(engines)
    .default('workers')
    .describe(
      'How this worker sends: `workers` from the device queues, `direct` one by one, for the devices that a rollout leaves to it',
    ),
  TRANSPORT: z
    .enum(['baileys', 'simulated'])
    .default('baileys')
    .describe(
      'How messages leave: `baileys` is WhatsApp, `simulated` the light protocol of the simulator',
    ),
  WHATSAPP_URL: z
    .string()
    .refine(isWhatsApp, {
      message: 'must be wss://web.whatsapp.com/… or, for tests, ws:// of this machine',
    })
    .default('wss://web.whatsapp.com/ws/chat')
    .describe('Where WhatsApp sessions connect; only its own host or loopback'),
  WHATSAPP_VERSION: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, { error: 'must be three numbers, such as 2.3000.1043857760' })
    .transform((text): readonly [number, number, number] => {
      const [first = 0, second = 0, third = 0] = text.split('.').map(Number);
      return [first, second, third];
    })
    .optional()
    .describe(
      'The version of WhatsApp Web that sessions claim to be, when WhatsApp refuses the built-in one (405)',
    ),
  CREDENTIALS_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'File with the keys that wrap the credentials of devices; needed by TRANSPORT=baileys',
    ),
  TYPING_TIME: duration('0s', 'How long the contact sees "typing…" before a message; at most 5s'),
  OPT_OUT_WORDS: words(
    'Words that opt a contact out wherever they stand in a message, added to the built-in ones, separated by commas',
  ),
  OPT_OUT_MESSAGES: words(
    'Words that opt a contact out when they are the whole message, added to the built-in ones, separated by commas',
  ),
  OPT_OUT_CONFIRMATION: z
    .string()
    .max(1_000)
    .default('You will not receive any more messages from us.')
    .describe('What a contact who opted out is answered, once; `off` answers nothing'),
  SIMULATOR_URL: url(['ws', 'wss'], '')
    .optional()
    .describe('The simulator, such as `ws://127.0.0.1:8090`; needed by TRANSPORT=simulated'),
  HEARTBEAT_INTERVAL: duration('4s', 'How often a worker tells Postgres that it lives'),
  FENCE_AFTER: duration(
    '14s',
    'A worker without a successful heartbeat for so long stops writing to sockets',
  ),
  STEAL_AFTER: duration('24s', 'A worker without a heartbeat for so long loses its devices'),
  PORT: count(0, 'Health and metrics of this process; 0 picks a free one', {
    min: 0,
    max: 65_535,
  }),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('What is logged to stderr, one JSON object a line'),
  BUILD_ID: z
    .string()
    .max(100)
    .default('development')
    .describe('What this build is called, in the registry of workers'),
} as const;

export type SettingName = keyof typeof settings;

/**
 * Reads the named settings, all problems at once. An empty value counts as not given.
 * Throws `ConfigError` whose message has a line per problem: the name, what is wrong, what it is for.
 */
export function parseConfig<Name extends SettingName>(
  env: NodeJS.ProcessEnv,
  names: readonly Name[],
): { [Key in Name]: z.output<(typeof settings)[Key]> } {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of names) {
    const schema: z.ZodType = settings[name];
    const given = env[name] === '' ? undefined : env[name];
    const result = schema.safeParse(given);
    if (result.success) values[name] = result.data;
    else {
      const what =
        given === undefined
          ? 'is not set'
          : result.error.issues.map(({ message }) => message).join('; ');
      problems.push(`${name}: ${what} (${schema.description ?? ''})`);
    }
  }
  problems.push(...crossChecks(values));
  if (problems.length > 0)
    throw new ConfigError(`the settings can't be used:\n  ${problems.join('\n  ')}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name was parsed by its own schema above
  return values as { [Key in Name]: z.output<(typeof settings)[Key]> };
}

/** Windows count a message without an answer until 25 s after its decision, 5 s of them on the wire. */
const sendBudgetMax = 20_000;
const typingMax = 5_000;
/** A worker must have stopped for sure before another may take its devices. */
const fenceToSteal = 10_000;

function crossChecks(values: Readonly<Record<string, unknown>>): string[] {
  const {
    MIN_GAP: minGap,
    MAX_GAP: maxGap,
    FENCE_AFTER: fence,
    STEAL_AFTER: steal,
    HEARTBEAT_INTERVAL: beat,
  } = values;
  const problems: string[] = [];
  if (Number(minGap) > Number(maxGap)) problems.push('MIN_GAP: must not be longer than MAX_GAP');
  if (Number(fence) + fenceToSteal > Number(steal))
    problems.push(
      'STEAL_AFTER: must be at least FENCE_AFTER + 10s, or two workers could own one device',
    );
  if (Number(beat) * 2 > Number(fence))
    problems.push('HEARTBEAT_INTERVAL: must fit twice into FENCE_AFTER');
  if (Number(values['TYPING_TIME'] ?? 0) > typingMax)
    problems.push('TYPING_TIME: must be at most 5s, for a decision to send grows stale');
  if (Number(values['SEND_BUDGET']) > sendBudgetMax)
    problems.push(
      'SEND_BUDGET: must be at most 20s, or a cap could be passed: windows count on 25s',
    );
  return problems;
}
