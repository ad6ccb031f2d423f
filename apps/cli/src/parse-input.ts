import { type DurationMs, parseDuration } from '@dripfleet/domain';
import { parseLabels } from '@dripfleet/operations';
import { InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';

/** commander's way of repeating an option. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

export function parseTime(text: string): DurationMs {
  const parsed = parseDuration(text);
  if (parsed === undefined || parsed <= 0)
    throw new InvalidArgumentError('Write a time with its unit, such as 90s, 5m or 2h.');
  return parsed;
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** `--device-label`s as an object; {} when there are none. */
export function deviceLabels(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return parseLabels((options['deviceLabel'] as string[] | undefined) ?? []);
}

/** `--var`s as an object. Throws `CommandError` for one without a name. */
export function variables(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const texts = (options['var'] as string[] | undefined) ?? [];
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new CommandError('usage', `"${text}" is no variable; write first_name=Ana`);
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}
