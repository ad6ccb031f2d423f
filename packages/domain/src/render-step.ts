import type { Step } from './sequence-definition.ts';
import { type Rendering, renderTemplate } from './template.ts';

/** The body of a step's message: its text filled with `variables`. Empty, and never refused, for an audio: see `Step`. */
export function renderStep(
  { text, media }: Pick<Step, 'text' | 'media'>,
  variables: Readonly<Record<string, unknown>>,
): Rendering {
  return media?.kind === 'audio' ? { kind: 'rendered', body: '' } : renderTemplate(text, variables);
}
