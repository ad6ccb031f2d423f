import { parseCap, parseGap, type PacingOverride } from '@dripfleet/domain';
import {
  addDevices,
  listDevices,
  planDeviceNames,
  setDevice,
  showDevice,
} from '@dripfleet/operations';
import { z } from 'zod';
import { fleetDevice } from '../fleet/fleet-device.ts';
import { actorOf, type ApiContext, type ApiServer, told } from './api-context.ts';
import { deviceView } from './device-view.ts';
import { pageOf, pageQuery } from './page.ts';
import { deviceName, fleetDeviceSchema, deviceViewSchema, labels } from './schemas.ts';

const pacingFields = {
  caps: z.array(z.string()).max(10).optional().describe('such as `80/1h`: 80 in any hour'),
  gap: z.string().optional().describe('between two messages, such as `5s-15s`'),
};

export function deviceRoutes(server: ApiServer, context: ApiContext): void {
  listRoute(server, context);
  addRoute(server, context);
  showRoute(server, context);
  changeRoute(server, context);
}

function listRoute(server: ApiServer, { db, watch, policy }: ApiContext): void {
  server.get(
    '/devices',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The devices, by name',
        tags: ['devices'],
        querystring: pageQuery.extend({
          label: z.string().optional().describe('only devices with this label, as `key=value`'),
          state: z.enum(['running', 'paused', 'draining', 'drained']).optional(),
        }),
        response: {
          200: z.object({ devices: z.array(fleetDeviceSchema), next: z.string().optional() }),
        },
      },
    },
    async ({ query }) => {
      const { label, state, limit, cursor } = query;
      const [key = '', value = ''] = label?.split(/=(.*)/s) ?? [];
      const lines = await listDevices(db, {
        selector:
          label === undefined ? { kind: 'all' } : { kind: 'labels', labels: { [key]: value } },
        state,
        steal: policy.steal,
      });
      const figures = await watch.figures();
      const page = pageOf(lines, { limit, cursor, keyOf: ({ name }) => name });
      return {
        devices: page.items.map((line) => fleetDevice(line, figures.get(line.deviceId))),
        ...(page.next !== undefined && { next: page.next }),
      };
    },
  );
}

function addRoute(server: ApiServer, { db }: ApiContext): void {
  server.post(
    '/devices',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Registers devices, all of them or none',
        tags: ['devices'],
        body: z.object({
          names: z.array(deviceName).min(1).max(1_000),
          phone: z.string().optional().describe('+E164 of the first; the others count up from it'),
          labels: labels.default({}),
          ...pacingFields,
        }),
        response: { 201: z.object({ devices: z.array(z.object({ name: z.string() })) }) },
      },
    },
    async (request, reply) => {
      const { names, phone, labels: given, ...pacing } = request.body;
      const added = await addDevices(db, {
        devices: planDeviceNames({ kind: 'names', names }, phone),
        labels: given,
        pacing: pacingOf(pacing),
        actor: actorOf(request),
      });
      return await reply.code(201).send({ devices: added.map(({ name }) => ({ name })) });
    },
  );
}

function showRoute(server: ApiServer, { db, policy }: ApiContext): void {
  server.get(
    '/devices/:name',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Everything about one device, and what to do next',
        tags: ['devices'],
        params: z.object({ name: z.string() }),
        response: { 200: deviceViewSchema },
      },
    },
    async (request) =>
      deviceView(
        await showDevice(db, request.params.name, policy),
        request.principal?.role ?? 'viewer',
      ),
  );
}

function changeRoute(server: ApiServer, { db, policy, tell }: ApiContext): void {
  server.patch(
    '/devices/:name',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Changes a device; what is not named stays',
        tags: ['devices'],
        params: z.object({ name: z.string() }),
        body: z.object({
          phone: z.string().optional(),
          labels: labels.optional(),
          unlabel: z.array(z.string()).optional(),
          clear: z.array(z.enum(['caps', 'gap'])).optional(),
          ...pacingFields,
        }),
        response: { 200: z.object({ name: z.string() }) },
      },
    },
    async (request) => {
      const { caps, gap, ...change } = request.body;
      const { device } = await setDevice(db, {
        ...change,
        name: request.params.name,
        pacing: pacingOf({ caps, gap }),
        actor: actorOf(request),
        steal: policy.steal,
      });
      await told(tell.announce([device.deviceId]));
      return { name: device.name };
    },
  );
}

function pacingOf({
  caps,
  gap,
}: Readonly<{ caps?: readonly string[] | undefined; gap?: string | undefined }>): PacingOverride {
  return {
    ...(caps && { caps: caps.map(parseCap) }),
    ...(gap !== undefined && { gap: parseGap(gap) }),
  };
}
