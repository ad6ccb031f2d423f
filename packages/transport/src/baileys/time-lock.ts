import { epochMs } from '@dripfleet/domain';
import type { WASocket } from '@whiskeysockets/baileys';
import type { SessionEvents } from '../session.ts';

/** Reports when WhatsApp keeps the account from writing to new contacts, as it says so or when it is asked. */
export class TimeLock {
  readonly #sock: WASocket;
  #asking = false;

  constructor(sock: WASocket, report: SessionEvents['onTimeLock']) {
    this.#sock = sock;
    sock.ev.on('connection.update', ({ reachoutTimeLock: lock }) => {
      if (lock === undefined) return;
      if (!lock.isActive) {
        // Only Baileys' answer to a question names the end also when there is none. It lifts nothing: WhatsApp had
        // refused a message just before.
        if (!('timeEnforcementEnds' in lock)) report({ kind: 'lifted' });
      } else {
        const until = lock.timeEnforcementEnds?.getTime();
        report({ kind: 'locked', until: until === undefined ? undefined : epochMs(until) });
      }
    });
  }

  /**
   * Asks how it stands; reported is only that it is locked. For after a refusal with 463, which means a time-lock or a contact that
   * is new, and does not say which: Baileys means to ask by itself but never gets there.
   */
  ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#sock
      .fetchAccountReachoutTimelock()
      .catch(() => {})
      .finally(() => {
        this.#asking = false;
      });
  }
}
