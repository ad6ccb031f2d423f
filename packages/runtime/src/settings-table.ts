import type { z } from 'zod';
import { settings } from './config.ts';

const intro = `# Configuration

Every process reads its settings from the environment, once, at its start, and lists all problems at once. Durations are
written with their unit (\`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`1d\`). A device's own pacing (\`device set --cap --gap\`) wins over the
environment's.

Processes on one machine need different ports: the dashboard takes 8080, the scheduler 8081, a worker 8082, the simulator 8090, unless \`PORT\` says
otherwise; 0 picks a free one.

This table is made from \`packages/runtime/src/config.ts\`; a test holds the two together.

| setting | default | what it is |
|---|---|---|
`;

/** docs/configuration.md: every setting with its default and meaning. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, schema]: [string, z.ZodType]) => {
    const { description = '' } = schema;
    const fallback = name === 'PORT' ? 'see above' : defaultOf(schema);
    return `| \`${name}\` | ${fallback} | ${description} |`;
  });
  return `${intro}${rows.join('\n')}\n`;
}

/** The default as one writes it: durations keep their unit, because the text is what the schema starts from. */
function defaultOf(schema: z.ZodType): string {
  for (
    let inner: unknown = schema;
    typeof inner === 'object' && inner !== null && 'def' in inner;
  ) {
    const { def } = inner as { def: Record<string, unknown> };
    if ('defaultValue' in def) return `\`${String(def['defaultValue'])}\``;
    inner = def['in'] ?? def['innerType'];
  }
  return 'none';
}
