import { acceptedMessages, type RunRecord } from '../run-record.ts';
import type { Violation } from '../violation.ts';

/** No window of a cap's length, wherever it starts, holds more than the cap, repeats and confirmations included. */
export function judgeCaps({ plan, log }: RunRecord): readonly Violation[] {
  const violations: Violation[] = [];
  for (const { phone, caps } of plan.devices) {
    const times = acceptedMessages(log)
      .filter(({ device }) => device === phone)
      .map(({ at }) => at);
    for (const { max, window } of caps) {
      for (const [place, at] of times.entries()) {
        const first = times[place - max];
        if (first === undefined || at - first > window) continue;
        const detail = `${phone}: ${max + 1} messages in ${at - first} ms, the cap is ${max} in ${window}`;
        violations.push({ rule: 'cap_passed', at, detail });
      }
    }
  }
  return violations;
}
