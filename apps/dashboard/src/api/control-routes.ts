import { type DeviceId, parseDuration } from '@dripfleet/domain';
import {
  type DeviceSelector,
  drainDevices,
  pauseDevices,
  resumeDevices,
} from '@dripfleet/operations';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import { actorOf, type ApiContext, type ApiServer, told } from './api-context.ts';
import { controlResultSchema, labels } from './schemas.ts';

const selection = z.object({
  devices: z.array(z.string()).min(1).max(20_000).optional(),
  labels: labels.optional(),
  all: z.literal(true).optional(),
  reason: z.string().max(500).optional().describe('kept with the devices and in the audit'),
});
const operator = { access: 'operator' } as const;
const response = { 200: controlResultSchema };

/** Thousands of names fit. */
const bodyLimit = 2 * 1024 * 1024;

/** Pause, resume and drain, as the commands of the same names. */
export function controlRoutes(server: ApiServer, context: ApiContext): void {
  pauseRoute(server, context);
  resumeRoute(server, context);
  drainRoute(server, context);
}

function pauseRoute(server: ApiServer, { db, policy, tell }: ApiContext): void {
  server.post(
    '/devices/pause',
    {
      config: operator,
      bodyLimit,
      schema: {
        summary: 'Begin nothing new; what is in flight finishes, the session stays',
        tags: ['devices'],
        body: selection.extend({
          for: z.string().optional().describe('resume by itself after this time, such as `2h`'),
        }),
        response,
      },
    },
    async (request) => {
      const { body } = request;
      const results = await pauseDevices(db, {
        selector: selectorOf(body),
        reason: body.reason,
        duration: body.for === undefined ? undefined : durationOf(body.for),
        actor: actorOf(request),
        steal: policy.steal,
      });
      const changed = results.filter(({ outcome }) => outcome === 'changed');
      return {
        devices: results.map(lineOf),
        ...unannounced(await told(tell.announce(idsOf(changed)))),
      };
    },
  );
}

function resumeRoute(server: ApiServer, { db, tell }: ApiContext): void {
  server.post(
    '/devices/resume',
    {
      config: operator,
      bodyLimit,
      schema: {
        summary: 'Send again, after a pause, a drain or a refused account',
        tags: ['devices'],
        body: selection,
        response,
      },
    },
    async (request) => {
      const { body } = request;
      const results = await resumeDevices(db, {
        selector: selectorOf(body),
        reason: body.reason,
        actor: actorOf(request),
      });
      const ids = idsOf(results);
      const telling = tell.announce(ids).then(async () => await tell.nudge(ids));
      return {
        devices: results.map(({ name, outcome }) => ({ name, outcome, state: 'running' })),
        ...unannounced(await told(telling)),
      };
    },
  );
}

function drainRoute(server: ApiServer, { db, policy, tell }: ApiContext): void {
  server.post(
    '/devices/drain',
    {
      config: operator,
      bodyLimit,
      schema: {
        summary: 'Finish what is in flight, hold the rest, let go of the device until resumed',
        tags: ['devices'],
        body: selection,
        response,
      },
    },
    async (request) => {
      const { body } = request;
      const results = await drainDevices(db, {
        selector: selectorOf(body),
        reason: body.reason,
        actor: actorOf(request),
        steal: policy.steal,
        emptyQueue: async (devices) => void (await told(tell.emptyQueues(devices))),
      });
      const open = results.filter(({ after }) => after === 'draining');
      return {
        devices: results.map(lineOf),
        ...unannounced(await told(tell.announce(idsOf(open)))),
      };
    },
  );
}

/** What pause and drain say of each device. */
function lineOf({
  name,
  outcome,
  after,
  inFlight,
  waiting,
}: Awaited<ReturnType<typeof pauseDevices | typeof drainDevices>>[number]) {
  return { name, outcome, state: after, inFlight, waiting };
}

/** Exactly one way to say which: who names a label and forgets it must not stop the fleet. */
function selectorOf({ devices, labels: wanted, all }: z.infer<typeof selection>): DeviceSelector {
  const given = [devices, wanted, all].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new ProblemError('invalid_request', 'Give one of: devices, labels, all.');
  if (devices) return { kind: 'names', names: devices };
  if (wanted && Object.keys(wanted).length > 0) return { kind: 'labels', labels: wanted };
  if (all) return { kind: 'all' };
  throw new ProblemError('invalid_request', 'labels: name at least one.');
}

function durationOf(text: string) {
  const duration = parseDuration(text);
  if (duration === undefined)
    throw new ProblemError('invalid_request', 'for: write a duration with its unit, such as 2h.');
  return duration;
}

const idsOf = (devices: readonly Readonly<{ deviceId: DeviceId }>[]): readonly DeviceId[] =>
  devices.map(({ deviceId }) => deviceId);

const unannounced = (wasTold: boolean) => (wasTold ? {} : { unannounced: true as const });
