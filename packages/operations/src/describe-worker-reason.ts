import { assertNever } from '@dripfleet/domain';
import type { ReasonContext, ReasonText } from './reason-text.ts';

/** Why no worker has the device ready, and what to do about it. */
export function describeWorkerReason(
  rule:
    | 'no_worker'
    | 'unclaimed'
    | 'reserved'
    | 'owner_silent'
    | 'changing_engine'
    | 'not_connected',
  { facts, run: { device } }: ReasonContext,
): ReasonText {
  switch (rule) {
    case 'no_worker':
      return facts.device.engine === 'direct'
        ? says(
            `${device.name} is served by the direct processor, and none is running.`,
            'start a worker with ENGINE=direct',
          )
        : says(`No worker process is running, so nobody has ${device.name}.`, 'dripfleet doctor');
    case 'unclaimed':
      return facts.workers.places > 0
        ? says(`No worker has claimed ${device.name} yet; one does within seconds.`)
        : says(
            `${device.name} waits for a place: the ${facts.workers.live} workers have as many devices as they may.`,
            'start another worker',
          );
    case 'reserved':
      return says(`${device.name} is being handed over to another worker.`);
    case 'owner_silent':
      return says(
        `The worker of ${device.name} stopped answering; another one takes it over.`,
        facts.workers.live === 0 ? 'dripfleet doctor' : undefined,
      );
    case 'changing_engine':
      return says(
        facts.device.engine === 'direct'
          ? `${device.name} is being given to the direct processor; its worker lets go of it within seconds.`
          : `${device.name} is being given to the workers; the direct processor lets go of it within seconds.`,
      );
    case 'not_connected':
      return says(`The session of ${device.name} is not open yet (${facts.device.session}).`);
    default:
      return assertNever(rule);
  }
}

const says = (detail: string, toDo?: string): ReasonText => ({ detail, toDo });
