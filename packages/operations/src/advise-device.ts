import { durationMs, formatDuration } from '@dripfleet/domain';
import type { DeviceDetails } from '@dripfleet/store';
import { adviseSession } from './advise-session.ts';
import type { DevicePacing } from './find-pacing.ts';

/** What an operator should do about a device, the most pressing first; one calm sentence when nothing. */
export function adviseDevice(details: DeviceDetails, pacing: DevicePacing): readonly string[] {
  const session = adviseSession(details.name, details.session);
  const lines = [
    ...(details.phone === undefined
      ? [
          `It has no phone number, so it can't send: dripfleet pair ${details.name}, which learns it, or dripfleet device set ${details.name} --phone +E164`,
        ]
      : []),
    ...adviseState(details),
    ...(session === undefined ? [] : [session]),
    ...(pacing.kind === 'unreadable'
      ? [
          `Its pacing can't be read, so it may not send: dripfleet device set ${details.name} --clear-caps --clear-gap`,
        ]
      : []),
    ...(details.maySend ? adviseWork(details, pacing) : []),
    ...(details.rows.held > 0
      ? [
          `${details.rows.held} of its contacts wait for you to decide: dripfleet retry --state uncertain --dry-run, and --state failed`,
        ]
      : []),
  ];
  return lines.length > 0 ? lines : ['Nothing to do.'];
}

function adviseState({ name, state, rows }: DeviceDetails): readonly string[] {
  if (state === 'paused') return [`To let it send again: dripfleet resume ${name}`];
  if (state === 'drained') return [`To put it back to work: dripfleet resume ${name}`];
  if (state === 'draining')
    return [
      rows.sending > 0
        ? `It finishes ${rows.sending} message in hand and is then drained; to watch: dripfleet drain ${name} --wait`
        : `Its worker lets go of it; to watch: dripfleet drain ${name} --wait`,
    ];
  return [];
}

function adviseWork(
  { owner, rows, session }: DeviceDetails,
  pacing: DevicePacing,
): readonly string[] {
  const work = rows.due + rows.queued + rows.sending;
  if (work === 0) return [];
  if (!owner)
    return [
      'It has work and no worker claimed it yet. If that lasts over 10s, is a worker running? dripfleet doctor',
    ];
  if (!owner.live)
    return ['Its worker stopped answering; another one takes it over 24s after its last sign.'];
  if (session.state !== 'open') return [];
  if (pacing.kind === 'known' && pacing.wait > 0)
    return [
      `It waits for its pace: the next message in about ${formatDuration(roundUp(pacing.wait))}.`,
    ];
  if (rows.queued + rows.sending === 0)
    return [
      'Contacts are due and none is queued. If that lasts over 30s, is a scheduler running? dripfleet doctor',
    ];
  return [];
}

const roundUp = (wait: number) => durationMs(Math.ceil(wait / 1_000) * 1_000);
