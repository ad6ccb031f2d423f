import { guardAreas } from './guards.ts';
import type { Guard } from './guard.ts';

/** Above it the page is written by hand; from it on it is made from the list. */
export const sectionStart = '## The guards';

/** The part of docs/failure-modes.md that lists every guard with the test that catches its removal. */
export function guardsSection(): string {
  const areas = guardAreas.map(
    ({ title, guards }) =>
      `### ${title}\n\n| guard | without it | its test |\n|---|---|---|\n${guards.map(row).join('\n')}\n`,
  );
  const shielded = guardAreas.flatMap(({ guards }) => guards).flatMap(shieldRow);
  return `${sectionStart}

Each line is one condition of the protocol. \`npm run guards\` takes it out of a copy of the repository and runs its test, which must
fail; \`npm run guards -- --only ID\` does it for one. The list is \`e2e/guards/list\`; a test holds it, the code and this page together.

${areas.join('\n')}
### Shielded guards

Behind these stands another guard, so that no test can tell when one of them is missing. Without the shields either, a test does.

| guard | shielded by | why |
|---|---|---|
${shielded.join('\n')}
`;
}

function row({ id, without, test }: Guard): string {
  return `| \`${id}\` | ${cell(without)} | ${cell(testName(test))} |`;
}

function testName({ file, name }: Guard['test']): string {
  const short = file.replace('packages/', '').replace('apps/', '');
  return name === undefined ? `\`${short}\`` : `\`${short}\`: ${name}`;
}

function shieldRow({ id, shieldedBy }: Guard): readonly string[] {
  if (!shieldedBy) return [];
  const shields = shieldedBy.guards.map((shield) => `\`${shield}\``).join(', ');
  return [`| \`${id}\` | ${shields} | ${cell(shieldedBy.why)} |`];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
