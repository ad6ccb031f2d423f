import { writeSync } from 'node:fs';
import { type CrashPoint, parseCrashPoint } from './crash-points.ts';

/** What a process says in its last moment, followed by the point. */
export const lastWords = 'crashed at ';

/** Kills its own process, without a word to anybody, when it passes a point for the nth time. */
export class CrashSwitch {
  readonly #points: ReadonlySet<CrashPoint>;
  readonly #contact: string | undefined;
  #left: number;

  private constructor(points: ReadonlySet<CrashPoint>, left: number, contact: string | undefined) {
    this.#points = points;
    this.#left = left;
    this.#contact = contact;
  }

  /**
   * `CRASH_AT=<point>[,<point>…][:n]`, n from 1, over all these points; only for the contact in `CRASH_CONTACT` (+E164),
   * if there is one.
   */
  static fromEnvironment(env: NodeJS.ProcessEnv): CrashSwitch {
    const [words = '', count = '1'] = (env['CRASH_AT'] ?? '').split(':');
    const points = words.split(',').map((word) => {
      const point = parseCrashPoint(word);
      if (point === undefined) throw new Error(`CRASH_AT: no point is named "${word}"`);
      return point;
    });
    return new CrashSwitch(new Set(points), Number(count), env['CRASH_CONTACT']);
  }

  isAt(point: CrashPoint): boolean {
    return this.#points.has(point);
  }

  /** Dies here when it is time. `contact`: whose message is in hand. */
  pass(point: CrashPoint, contact?: string): void {
    if (!this.#points.has(point)) return;
    if (this.#contact !== undefined && contact !== this.#contact) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    // Written before this returns, unlike a message to the parent.
    writeSync(process.stderr.fd, `${lastWords}${point}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}
