/** The steps of the soak: the wait before each, seconds, and its text. No two texts of a contact are alike. */
const steps = [
  { key: 'hello', delay: 0, text: 'Hello {{ first_name }}, your number is {{ code }}.' },
  { key: 'second', delay: 2, text: 'Second for {{ first_name }}: {{ code }} is still yours.' },
  { key: 'third', delay: 5, text: 'Third: {{ code }} belongs to {{ first_name }}.' },
  { key: 'fourth', delay: 3, text: 'Fourth, {{ first_name }}. Keep {{ code }}.' },
  { key: 'last', delay: 4, text: 'Last one for {{ code }}, good bye {{ first_name }}.' },
] as const;

export const sequenceName = 'soak';
export const stepCount = steps.length;

/** As `dripfleet sequence apply` takes it. */
export function sequenceYaml(): string {
  const lines = steps.map(
    ({ key, delay, text }) => `  - key: ${key}\n    delay: ${delay}s\n    text: '${text}'`,
  );
  return `name: ${sequenceName}
on_reply: exit
on_uncertain: resend
on_failed_step: skip
reenroll: never
steps:
${lines.join('\n')}
`;
}

/** What must arrive, filled in by plain replacement: the judge shares no code with the renderer. */
export function textsFor({
  firstName,
  code,
}: {
  firstName: string;
  code: string;
}): readonly string[] {
  return steps.map(({ text }) =>
    text.replaceAll('{{ first_name }}', firstName).replaceAll('{{ code }}', code),
  );
}
