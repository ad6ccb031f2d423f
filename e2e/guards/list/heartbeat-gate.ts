import { type Guard, guardsOf } from '../guard.ts';

const beating = { file: 'packages/fleet/src/heartbeat.test.ts' };
const vetoing = { file: 'apps/worker/src/vetoes.test.ts' };

/** What keeps a process that was suspended, or is cut off, from writing to a socket. */
export const heartbeatGuards: readonly Guard[] = [
  ...guardsOf('packages/fleet/src/heartbeat.ts', beating, [
    {
      id: 'heartbeat.first',
      without: 'a worker sends before Postgres knows it',
      find: 'this.#deadline === undefined ||\n      generation',
      replace: 'generation',
      shieldedBy: {
        guards: ['heartbeat.deadline'],
        why: 'nothing is before a deadline that is undefined: the comparison is false and the clocks have no common base',
      },
    },
    {
      id: 'heartbeat.generation',
      without: 'what was begun before a fence passes the gate after it',
      find: 'generation !== this.#generation ||\n',
      replace: '',
    },
    {
      id: 'heartbeat.deadline',
      without: 'a worker that nobody hears goes on sending while others take its devices',
      find: 'monotonic >= this.#deadline\n    ) {',
      replace: 'false\n    ) {',
    },
    {
      id: 'heartbeat.skew',
      without: 'a machine that was suspended wakes up trusted, for its monotonic clock stood still',
      find: 'return Math.abs(walked - (monotonic - this.#skewBase.monotonic)) <= skewMax;',
      replace: 'return walked === walked;',
    },
    {
      id: 'heartbeat.skew-backwards',
      without: 'a clock that is set back is not noticed',
      find: 'return Math.abs(walked - (monotonic - this.#skewBase.monotonic)) <= skewMax;',
      replace: 'return walked - (monotonic - this.#skewBase.monotonic) <= skewMax;',
    },
    {
      id: 'heartbeat.streak',
      without: 'after an outage of Postgres everybody looks dead, and all devices move',
      find: 'this.#lastSent - this.#streakSince >= this.#deps.policy.stealAfter',
      replace: 'true',
    },
    {
      id: 'heartbeat.streak-gap',
      without: 'heartbeats before an outage count for the streak',
      find: 'if (this.#streakSince === undefined || gap > 2 * policy.interval) this.#streakSince = sent;',
      replace: 'this.#streakSince ??= sent;',
    },
    {
      id: 'heartbeat.failed',
      without: 'a heartbeat that nobody answered prolongs the licence',
      find: '    } catch {\n      return false;\n    }\n    // The deadline',
      replace: '    } catch {}\n    // The deadline',
    },
    {
      id: 'heartbeat.never-revived',
      without: 'a passed deadline is prolonged, with sessions that others have replaced',
      find: 'if (this.#deadline !== undefined && this.#elapsed() >= policy.fenceAfter) {',
      replace: 'if (false) {',
    },
    {
      id: 'heartbeat.suspended-late',
      without:
        'a machine that slept through its deadline prolongs it, for its monotonic clock stood still',
      find: 'return Math.max(clock.monotonic() - monotonic, clock.now() - wall);',
      replace: 'return clock.monotonic() - monotonic + 0 * (clock.now() - wall);',
    },
    {
      id: 'heartbeat.suspended-streak',
      without: 'a machine that slept takes the devices of all whom it has not seen meanwhile',
      find: ': Math.max(sent - this.#lastSent, wall - this.#skewBase.wall);',
      replace: ': sent - this.#lastSent;',
    },
    {
      id: 'heartbeat.from-sent',
      without: 'a slow answer prolongs what Postgres began to count earlier',
      find: 'this.#deadline = sent + policy.fenceAfter;',
      replace: 'this.#deadline = clock.monotonic() + policy.fenceAfter;',
    },
    {
      id: 'heartbeat.self-fence',
      without: 'sessions stay open beyond the deadline when nobody asks the gate',
      find: "if (left <= 0) this.#fence('no_heartbeat');",
      replace: '',
    },
    {
      id: 'heartbeat.new-generation',
      without: 'after a fence the old sessions are trusted again with the next heartbeat',
      find: 'this.#generation += 1;',
      replace: '',
    },
    {
      id: 'heartbeat.fence-forgets',
      without: 'sessions are cut while the gate still lets them write',
      find: '    this.#deadline = undefined;\n    this.#deps.fence(reason);',
      replace: '    this.#deps.fence(reason);',
    },
    {
      id: 'heartbeat.soon-again',
      without: 'one lost answer uses up the time until the fence',
      find: 'durationMs(Math.min(interval, retryPause))',
      replace: 'interval',
    },
  ]),
  ...guardsOf('apps/worker/src/vetoes.ts', vetoing, [
    {
      id: 'veto.until-stored',
      without: 'an opt-out that waits for Postgres stops nothing',
      find: 'this.#until.set(phone, Number.POSITIVE_INFINITY);',
      replace: 'this.#until.set(phone, this.#clock.monotonic());',
    },
    {
      id: 'veto.never-forget-unstored',
      without: 'many opt-outs at once push out one that only this process knows',
      find: 'if (until === Number.POSITIVE_INFINITY) continue;',
      replace: 'void until;',
    },
    {
      id: 'veto.lasts-beyond-send',
      without: 'a message that was begun before the opt-out was stored leaves after it',
      find: 'const lastsAfterStored = 60_000;',
      replace: 'const lastsAfterStored = 1_000;',
    },
    {
      id: 'veto.ends',
      without: 'a contact that is let in again never hears anything',
      find: 'if (this.#clock.monotonic() < until) return true;',
      replace: 'return true;',
    },
  ]),
];
