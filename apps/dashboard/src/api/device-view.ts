import { formatCap, formatGap, maskPhone } from '@dripfleet/domain';
import type { DeviceReport } from '@dripfleet/operations';
import type { DeviceView, Role } from '../wire.ts';

/** One device as the API tells it. Whoever only looks gets no phone number in full. */
export function deviceView({ details, pacing, advice }: DeviceReport, role: Role): DeviceView {
  const { phone, reason, pausedUntil, owner, session, nextDueAt } = details;
  return {
    name: details.name,
    ...(phone !== undefined && { phone: role === 'viewer' ? maskPhone(phone) : phone }),
    labels: details.labels,
    engine: details.engine === 'direct' ? 'direct' : 'workers',
    state: details.state,
    ...(reason !== undefined && { reason }),
    ...(pausedUntil !== undefined && { pausedUntil }),
    session: {
      state: session.state,
      since: session.since,
      ...(session.reason !== undefined && { reason: session.reason }),
      ...(session.restrictedUntil !== undefined && { restrictedUntil: session.restrictedUntil }),
    },
    ...(owner && {
      owner: {
        worker: owner.worker,
        live: owner.live,
        ...(owner.host !== undefined && { host: owner.host }),
        ...(owner.since !== undefined && { since: owner.since }),
      },
    }),
    rows: details.rows,
    ...(nextDueAt !== undefined && { nextDueAt }),
    ...(pacing.kind === 'known' && { nextSendIn: pacing.wait }),
    sentLastHour: details.sentLastHour,
    caps:
      pacing.kind === 'known'
        ? pacing.effective.caps.map((cap) => ({
            max: cap.max,
            window: formatCap(cap).split('/')[1] ?? '',
          }))
        : [],
    ...(pacing.kind === 'known' && { gap: formatGap(pacing.effective.gap) }),
    advice,
  };
}
