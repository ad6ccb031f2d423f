import { settings } from '@dripfleet/runtime';

/**
 * What the apps of a drill run with: the defaults that they have in production, whatever the environment of this process
 * says, and what a drill needs otherwise. Contacts are not answered: what is sent is in the plan.
 */
export function drillSettings(others: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const defaults = Object.fromEntries(Object.keys(settings).map((name) => [name, '']));
  return { ...defaults, OPT_OUT_CONFIRMATION: 'off', LOG_LEVEL: 'warn', PORT: '0', ...others };
}
