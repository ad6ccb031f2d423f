import { DeviceError } from './device-error.ts';

const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const valuePattern = /^[A-Za-z0-9._/:@-]{0,63}$/;

/** `team=br` each, as one object. Throws `DeviceError` `invalid`. */
export function parseLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const [key, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    if (at < 0 || !keyPattern.test(key) || !valuePattern.test(value))
      throw new DeviceError('invalid', `"${text}" is no label; write key=value, such as team=br`);
    labels[key] = value;
  }
  return labels;
}
