import type { Check } from './doctor-check.ts';

/** `engines` of package.json. */
const oldest = [20, 19] as const;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return ok
    ? { name: 'Node', status: 'ok', detail: version }
    : {
        name: 'Node',
        status: 'failed',
        detail: `${version} is too old`,
        fix: `install Node ${oldest.join('.')} or newer`,
      };
}
