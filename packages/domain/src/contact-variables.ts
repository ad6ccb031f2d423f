/** What a text may read of a contact: its attributes by name, and `name`, which no attribute can replace. */
export function contactVariables({
  name,
  attributes,
}: Readonly<{
  name: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
}>): Readonly<Record<string, unknown>> {
  return { ...attributes, name };
}
