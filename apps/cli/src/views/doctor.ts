import type { Check } from '@dripfleet/operations';
import type { ItemView, Output } from '../output.ts';

/** `doctor`: a line per check, with the fix below what is not ok. */
export function doctorView({ colors }: Output): ItemView<readonly Check[]> {
  const marks = { ok: colors.green('✓'), warning: colors.yellow('!'), failed: colors.red('✗') };
  return {
    text: (checks) =>
      checks
        .flatMap((check) => [
          `${marks[check.status]} ${check.name.padEnd(16)}${check.detail}`,
          ...(check.status === 'ok' ? [] : [`${' '.repeat(18)}→ ${check.fix}`]),
        ])
        .join('\n'),
    json: (checks) => ({
      ok: checks.every(({ status }) => status !== 'failed'),
      checks,
    }),
    names: (checks) => checks.filter(({ status }) => status !== 'ok').map(({ name }) => name),
  };
}
