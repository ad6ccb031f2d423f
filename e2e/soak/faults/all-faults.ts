import type { Fault } from './fault.ts';
import { linkFaults } from './link-faults.ts';
import { operatorFaults } from './operator-faults.ts';
import { ruleFaults } from './rule-faults.ts';
import { schedulerFaults } from './scheduler-faults.ts';
import { serverFaults } from './server-faults.ts';
import { workerFaults } from './worker-faults.ts';

/** Families of faults and how often each is drawn, in shares of 100. Within one all come before any comes again. */
export const faultFamilies: readonly Readonly<{ share: number; faults: readonly Fault[] }>[] = [
  { share: 27, faults: workerFaults },
  { share: 6, faults: schedulerFaults },
  { share: 17, faults: serverFaults },
  { share: 24, faults: linkFaults },
  { share: 12, faults: ruleFaults },
  { share: 14, faults: operatorFaults },
];
