import { readStats } from '@dripfleet/operations';
import { listOperatorActions } from '@dripfleet/store';
import { z } from 'zod';
import { streamFleet } from '../fleet/event-stream.ts';
import { ProblemError } from '../problem.ts';
import type { ApiContext, ApiServer } from './api-context.ts';
import { pageQuery, readCursor, writeCursor } from './page.ts';
import { fleetDeviceSchema, pulseSchema } from './schemas.ts';

const viewer = { access: 'viewer' } as const;

/** What is looked at: who asks, the fleet now and live, its figures, who did what. */
export function fleetRoutes(server: ApiServer, context: ApiContext): void {
  meRoute(server);
  fleetRoute(server, context);
  eventsRoute(server, context);
  statsRoute(server, context);
  auditRoute(server, context);
}

function meRoute(server: ApiServer): void {
  server.get(
    '/me',
    {
      config: viewer,
      schema: {
        summary: 'Who asks, and what they may do',
        tags: ['fleet'],
        response: {
          200: z.object({ name: z.string(), role: z.enum(['viewer', 'operator', 'admin']) }),
        },
      },
    },
    async ({ principal }) => {
      if (!principal) throw new ProblemError('unauthenticated');
      return { name: principal.name, role: principal.role };
    },
  );
}

function fleetRoute(server: ApiServer, { watch }: ApiContext): void {
  server.get(
    '/fleet',
    {
      config: viewer,
      schema: {
        summary: 'Every device at a glance, as of a second ago at most',
        tags: ['fleet'],
        response: { 200: z.object({ devices: z.array(fleetDeviceSchema), pulse: pulseSchema }) },
      },
    },
    async () => {
      const { devices, pulse } = await watch.snapshot();
      return { devices: [...devices], pulse };
    },
  );
}

function eventsRoute(server: ApiServer, { watch, stopping }: ApiContext): void {
  server.get(
    '/events',
    {
      config: viewer,
      schema: {
        summary: 'The fleet live, as server-sent events',
        description:
          '`snapshot` (as /fleet) first, then `delta` ({devices, removed}) and `pulse` about once a second.',
        tags: ['fleet'],
      },
    },
    async (_, reply) => {
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value);
      try {
        await streamFleet(raw, watch, stopping);
      } catch {
        // Postgres is away: the reader comes again by itself.
        if (!raw.headersSent) raw.writeHead(503);
        raw.end();
      }
    },
  );
}

function statsRoute(server: ApiServer, { db, policy }: ApiContext): void {
  server.get(
    '/stats',
    {
      config: viewer,
      schema: {
        summary: 'The fleet in numbers',
        tags: ['fleet'],
        response: {
          200: z.object({
            activeWorkers: z.number(),
            totalProcessed: z.number(),
            averageProcessMs: z.number().optional(),
            errorRate: z.number().optional(),
            queueDepth: z.record(z.string(), z.number()),
            devicesByState: z.record(z.string(), z.number()),
            devicesBySession: z.record(z.string(), z.number()),
            deliveries: z.record(z.string(), z.number()),
            sequenceContacts: z.record(z.string(), z.number()),
          }),
        },
      },
    },
    async () => {
      const stats = await readStats(db, policy.steal);
      return {
        activeWorkers: stats.activeWorkers,
        totalProcessed: stats.totalProcessed,
        ...(stats.averageProcess !== undefined && { averageProcessMs: stats.averageProcess }),
        ...(stats.errorRate !== undefined && { errorRate: stats.errorRate }),
        queueDepth: Object.fromEntries(stats.queueDepth),
        devicesByState: stats.fleet.byState,
        devicesBySession: stats.fleet.bySessionState,
        deliveries: stats.deliveries,
        sequenceContacts: stats.sequenceContacts.byStatus,
      };
    },
  );
}

function auditRoute(server: ApiServer, { db }: ApiContext): void {
  server.get(
    '/audit',
    {
      config: viewer,
      schema: {
        summary: 'Who did what, and why; the latest first',
        tags: ['fleet'],
        querystring: pageQuery.extend({
          object: z.string().optional().describe('such as `device:ana`'),
        }),
        response: {
          200: z.object({
            actions: z.array(
              z.object({
                id: z.number(),
                at: z.number(),
                actor: z.string(),
                action: z.string(),
                object: z.string(),
                reason: z.string().optional(),
                detail: z.record(z.string(), z.unknown()),
              }),
            ),
            next: z.string().optional(),
          }),
        },
      },
    },
    async ({ query: { object, limit, cursor } }) => {
      const before = cursor === undefined ? undefined : Number(readCursor(cursor));
      if (before !== undefined && !Number.isSafeInteger(before))
        throw new ProblemError('invalid_request', 'cursor: take it from the page before.');
      const actions = await listOperatorActions(db, { before, object, limit });
      const last = actions.length === limit ? actions.at(-1) : undefined;
      return { actions: [...actions], ...(last && { next: writeCursor(String(last.id)) }) };
    },
  );
}
