import type { Cleanup, Screen } from '@dripfleet/tools';

import type { Figure } from './report/figure.ts';

/** What a drill is given to run. */
export type Stage = Readonly<{
  env: NodeJS.ProcessEnv;
  screen: Screen;
  /** What the drill starts is ended by it. */
  cleanup: Cleanup;
  /** Something went wrong that no fault explains. */
  onProblem(what: string): void;
  /** A name and a version of each server. */
  onServers(versions: Readonly<Record<string, string>>): void;
}>;

/** One scripted fault, with figures that were promised of it. */
export type Drill = Readonly<{
  name: string;
  title: string;
  /** How large it is, for people. */
  setting: string;
  run(stage: Stage): Promise<readonly Figure[]>;
}>;
