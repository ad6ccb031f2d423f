import { enginePart } from './engine/engine-part.ts';
import type { Part } from './part.ts';
import { sessionsPart } from './sessions/sessions-part.ts';

/** All there is to measure, in the order in which it is. */
export const parts: readonly Part[] = [enginePart, sessionsPart];
