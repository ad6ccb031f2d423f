import { ceilingPart } from './ceiling/ceiling-part.ts';
import { comparePart } from './compare/compare-part.ts';
import { enginePart } from './engine/engine-part.ts';
import { idlePart } from './idle/idle-part.ts';
import { latencyPart } from './latency/latency-part.ts';
import { pagesPart } from './pages/pages-part.ts';
import type { Part } from './part.ts';
import { prunePart } from './prune/prune-part.ts';
import { scanPart } from './scan/scan-part.ts';
import { sessionsPart } from './sessions/sessions-part.ts';

/** All there is to measure, in the order in which it is. */
export const parts: readonly Part[] = [
  enginePart,
  comparePart,
  idlePart,
  latencyPart,
  scanPart,
  ceilingPart,
  prunePart,
  pagesPart,
  sessionsPart,
];
