import { assertNever, type Rule } from '@dripfleet/domain';
import { adviseSession } from './advise-session.ts';
import { describeWorkerReason } from './describe-worker-reason.ts';
import type { ReasonContext, ReasonText } from './reason-text.ts';

const deviceRules = [
  'no_phone',
  'paused',
  'draining',
  'drained',
  'unpaired',
  'pairing',
  'logged_out',
  'banned',
  'conflict',
  'quarantined',
  'restricted',
  'new_contact',
  'pacing_unreadable',
  'no_worker',
  'unclaimed',
  'reserved',
  'owner_silent',
  'changing_engine',
  'unreachable',
  'not_connected',
] as const satisfies readonly Rule[];

type DeviceReason = (typeof deviceRules)[number];

/** Whether a rule speaks of the device or its worker. */
export function isDeviceReason(rule: Rule): rule is DeviceReason {
  return deviceRules.some((one) => one === rule);
}

/** What keeps the device of a run from sending, and what to do about it. */
export function describeDeviceReason(rule: DeviceReason, context: ReasonContext): ReasonText {
  const { device } = context.run;
  const { name } = device;
  const because = device.reason === undefined ? '' : ` (${device.reason})`;
  switch (rule) {
    case 'no_phone':
      return says(`${name} has no phone number.`, `dripfleet pair ${name}`);
    case 'paused':
    case 'drained':
      return says(`${name} is ${rule}${because}.`, `dripfleet resume ${name}`);
    case 'draining':
      return says(`${name} is being drained${because}.`, `dripfleet resume ${name}`);
    case 'unpaired':
    case 'pairing':
    case 'logged_out':
    case 'banned':
    case 'conflict':
    case 'quarantined':
    case 'restricted':
    case 'unreachable':
      return says(`The session of ${name} is ${sessionText(rule, context)}.`, advise(context));
    case 'new_contact':
      return says(
        `WhatsApp keeps ${name} from writing to new contacts, and this is one.`,
        advise(context),
      );
    case 'pacing_unreadable':
      return says(
        `The pacing of ${name} can't be read, so it may not send.`,
        `dripfleet device set ${name} --clear-caps --clear-gap`,
      );
    case 'no_worker':
    case 'unclaimed':
    case 'reserved':
    case 'owner_silent':
    case 'changing_engine':
    case 'not_connected':
      return describeWorkerReason(rule, context);
    default:
      return assertNever(rule);
  }
}

function sessionText(state: string, { run: { device } }: ReasonContext): string {
  const text = state.replace('_', ' ');
  return device.sessionReason === undefined ? text : `${text} (${device.sessionReason})`;
}

function advise({ facts: { device }, run }: ReasonContext): string | undefined {
  return adviseSession(run.device.name, {
    state: device.session,
    reason: run.device.sessionReason,
    restriction: device.restriction,
    restrictedUntil: device.restrictedUntil,
  });
}

const says = (detail: string, toDo?: string): ReasonText => ({ detail, toDo });
