import { expect, it } from 'vitest';
import { casesFor } from '../crash-case.ts';
import { crashPoints } from '../crash-points.ts';
import { runCrashes } from './run-crashes.ts';

/** Three minutes on two idle processors. */
const slowMachine = 600_000;

// Guards against a point that is named and that nobody dies at.
it('covers every point over the simulated network', () => {
  const covered = casesFor('simulated').map(({ point }) => point);
  expect(covered.toSorted()).toEqual([...crashPoints].toSorted());
});

// Guards never twice, never lost: a step that a crash forgets, or sends again where its answer was recorded.
// Side by side: most of a run is waiting until the dead count as dead. Over real sessions: node e2e/dist/crash/main.js baileys
it.concurrent.each(['simulated'] as const)(
  'a process that dies at any point of the route loses no step and repeats none that was answered (%s)',
  async (transport) => {
    const { code, output } = await runCrashes(transport);
    for (const { point } of casesFor(transport)) {
      expect(output).toMatch(new RegExp(`^${point} +yes .* ok$`, 'm'));
    }
    expect(output).toContain('everything was completed');
    expect({ code, output }).toEqual({ code: 0, output });
  },
  slowMachine,
);

// Guards against one row that takes the fleet down for ever, and takes the others' messages with it.
it.concurrent(
  'a message that kills whoever takes it in hand is a dead letter after three crashes; all others arrive',
  async () => {
    const { code, output } = await runCrashes('poison');
    expect(output).toContain('4 of 4 are dead letters; 0 other contacts were left midway');
    expect({ code, output }).toEqual({ code: 0, output });
  },
  slowMachine,
);
