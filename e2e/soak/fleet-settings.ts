import { pathToFileURL } from 'node:url';

/**
 * What every app of the soak runs with: as short as the rules between the times allow (a steal comes at least 10 s after
 * the fence), so that minutes see many hand-overs. Contacts who say stop are not answered: what is sent is in the plan.
 */
export const fleetSettings: NodeJS.ProcessEnv = {
  HEARTBEAT_INTERVAL: '1s',
  FENCE_AFTER: '5s',
  STEAL_AFTER: '15s',
  ACK_TIMEOUT: '5s',
  TRIGGER_INTERVAL: '2s',
  HEALTH_CHECK_INTERVAL: '20s',
  OPT_OUT_CONFIRMATION: 'off',
  LOG_LEVEL: 'warn',
  PORT: '0',
};

const hookFile = new URL('./lab/hook.js', import.meta.url);

/** A worker's own: the hook through which its event loop is stalled and its clock shifted. */
export function hookSettings(env: NodeJS.ProcessEnv, ordersFile: string): NodeJS.ProcessEnv {
  const hook = `--import ${pathToFileURL(hookFile.pathname).href}`;
  return {
    NODE_OPTIONS: [env['NODE_OPTIONS'], hook].filter(Boolean).join(' '),
    SOAK_ORDERS: ordersFile,
  };
}
