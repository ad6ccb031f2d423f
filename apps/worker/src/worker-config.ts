import { parseConfig } from '@dripfleet/runtime';

const names = [
  'DATABASE_URL',
  'REDIS_URL',
  'MAX_WORKERS_PER_INSTANCE',
  'WORKER_IDLE_TIMEOUT',
  'HEALTH_CHECK_INTERVAL',
  'MAX_MESSAGES_PER_HOUR',
  'MIN_GAP',
  'MAX_GAP',
  'ACK_TIMEOUT',
  'SEND_BUDGET',
  'ENGINE',
  'TRIGGER_INTERVAL',
  'TRANSPORT',
  'WHATSAPP_URL',
  'WHATSAPP_VERSION',
  'CREDENTIALS_KEY_FILE',
  'TYPING_TIME',
  'OPT_OUT_WORDS',
  'OPT_OUT_MESSAGES',
  'OPT_OUT_CONFIRMATION',
  'SIMULATOR_URL',
  'HEARTBEAT_INTERVAL',
  'FENCE_AFTER',
  'STEAL_AFTER',
  'PORT',
  'LOG_LEVEL',
  'BUILD_ID',
] as const;

export type WorkerConfig = ReturnType<typeof parseConfig<(typeof names)[number]>>;

/** The settings of a worker. Throws `ConfigError` with all problems at once. */
export function workerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return parseConfig({ PORT: '8082', ...env }, names);
}
