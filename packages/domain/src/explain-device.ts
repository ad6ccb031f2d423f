import { assertNever } from './assert-never.ts';
import type { DeviceRule } from './explain-rule.ts';
import type { DeviceFacts } from './run-facts.ts';
import type { EpochMs } from './time.ts';

/** The first rule of the device's own row by which it may not send; undefined: it may. As `device_may_send` in the migrations. */
export function explainDevice(
  device: DeviceFacts,
  now: EpochMs,
): Readonly<{ rule: DeviceRule; at?: EpochMs | undefined }> | undefined {
  if (!device.hasPhone) return { rule: 'no_phone' };
  return explainDesired(device, now) ?? explainSession(device, now);
}

function explainDesired({ desiredState, pausedUntil }: DeviceFacts, now: EpochMs) {
  switch (desiredState) {
    case 'running':
      return undefined;
    case 'paused':
      return isOver(pausedUntil, now) ? undefined : { rule: 'paused' as const, at: pausedUntil };
    case 'draining':
    case 'drained':
      return { rule: desiredState };
    default:
      return assertNever(desiredState);
  }
}

function explainSession({ session, restriction, restrictedUntil }: DeviceFacts, now: EpochMs) {
  switch (session) {
    case 'closed':
    case 'connecting':
    case 'open':
    case 'unreachable':
      return undefined;
    case 'restricted':
      return restriction === 'new_contacts' || isOver(restrictedUntil, now)
        ? undefined
        : { rule: 'restricted' as const, at: restrictedUntil };
    case 'unpaired':
    case 'pairing':
    case 'logged_out':
    case 'banned':
    case 'conflict':
    case 'quarantined':
      return { rule: session };
    default:
      return assertNever(session);
  }
}

/** Without an end it lasts. */
const isOver = (until: EpochMs | undefined, now: EpochMs) => until !== undefined && until <= now;
