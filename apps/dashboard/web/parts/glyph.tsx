import type { Condition } from '../../src/wire.ts';
import { conditionLooks } from './condition-look.ts';

/** The shape of a condition, in its colour; its name must stand beside it. */
export function Glyph({ condition }: Readonly<{ condition: Condition }>) {
  return (
    <svg class={`glyph ${condition}`} viewBox="0 0 10 10" aria-hidden="true">
      <path fill-rule="evenodd" d={conditionLooks[condition].shape} />
    </svg>
  );
}
