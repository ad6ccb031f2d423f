import { assertNever } from '@dripfleet/domain';
import {
  enrollContact,
  type EnrollOutcome,
  exitContact,
  explainContact,
  suppressPhone,
  unsuppressPhone,
} from '@dripfleet/operations';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import { actorOf, type ApiContext, type ApiServer, told } from './api-context.ts';
import { explanationView } from './explanation-view.ts';
import { unknownSequence } from './sequence-routes.ts';

const operator = { access: 'operator' } as const;
// In bodies, never in addresses: those end up in the logs of every proxy.
const phone = z.string().max(40).describe('+E164');

export function contactRoutes(server: ApiServer, context: ApiContext): void {
  enrollRoute(server, context);
  exitRoute(server, context);
  suppressRoute(server, context);
  unsuppressRoute(server, context);
  explainRoute(server, context);
}

function enrollRoute(server: ApiServer, { db, tell }: ApiContext): void {
  server.post(
    '/enrollments',
    {
      config: operator,
      schema: {
        summary: 'Starts one contact on a sequence',
        tags: ['contacts'],
        body: z.object({
          sequence: z.string(),
          phone,
          consentSource: z.string().describe('where this person agreed to be written to'),
          consentAt: z.string().optional().describe('when; now, if not given'),
          name: z.string().optional(),
          timeZone: z.string().optional().describe('an IANA name'),
          device: z.string().optional(),
          deviceLabels: z.record(z.string(), z.string()).optional(),
          attributes: z.record(z.string(), z.string()).default({}),
          dryRun: z.boolean().default(false),
        }),
        response: {
          200: z.object({ device: z.string(), dueAt: z.number(), dryRun: z.boolean() }),
        },
      },
    },
    async (request) => {
      const { sequence, dryRun, deviceLabels, consentSource, consentAt, timeZone, ...person } =
        request.body;
      const outcome = await enrollContact(db, {
        sequence,
        dryRun,
        deviceLabels,
        contact: {
          ...person,
          consent_source: consentSource,
          consent_at: consentAt,
          time_zone: timeZone,
        },
        actor: actorOf(request),
      });
      const { device, deviceId, dueAt } = enrolledOnly(outcome, sequence);
      if (!dryRun) await told(tell.nudge([deviceId]));
      return { device, dueAt, dryRun };
    },
  );
}

function exitRoute(server: ApiServer, { db }: ApiContext): void {
  server.post(
    '/exits',
    {
      config: operator,
      schema: {
        summary: 'Ends a contact’s run through a sequence',
        tags: ['contacts'],
        body: z.object({ sequence: z.string(), phone }),
        response: { 200: z.object({ outcome: z.enum(['exited', 'not_running']) }) },
      },
    },
    async (request) => {
      const { sequence } = request.body;
      const outcome = await exitContact(db, { ...request.body, actor: actorOf(request) });
      if (outcome.kind === 'invalid') throw invalid(outcome.problem);
      if (outcome.kind === 'not_found')
        throw outcome.what === 'sequence'
          ? unknownSequence(sequence, outcome.near)
          : new ProblemError('not_found', 'No contact has this number.');
      return { outcome: outcome.kind };
    },
  );
}

function suppressRoute(server: ApiServer, { db }: ApiContext): void {
  server.post(
    '/suppressions',
    {
      config: operator,
      schema: {
        summary: 'Never write to this number again; ends its runs',
        tags: ['contacts'],
        body: z.object({ phone, reason: z.string().max(200).default('operator') }),
        response: {
          200: z.object({
            outcome: z.enum(['suppressed', 'already_suppressed']),
            runsExited: z.number(),
          }),
        },
      },
    },
    async (request) => {
      const outcome = await suppressPhone(db, { ...request.body, actor: actorOf(request) });
      if (outcome.kind === 'invalid') throw invalid(outcome.problem);
      return { outcome: outcome.kind, runsExited: outcome.runsExited };
    },
  );
}

function unsuppressRoute(server: ApiServer, { db }: ApiContext): void {
  server.post(
    '/suppressions/lift',
    {
      config: operator,
      schema: {
        summary: 'Lets a number be enrolled again; runs that ended stay ended',
        tags: ['contacts'],
        body: z.object({ phone }),
        response: { 200: z.object({ outcome: z.enum(['unsuppressed', 'not_suppressed']) }) },
      },
    },
    async (request) => {
      const outcome = await unsuppressPhone(db, { ...request.body, actor: actorOf(request) });
      if (outcome.kind === 'invalid') throw invalid(outcome.problem);
      return { outcome: outcome.kind };
    },
  );
}

function explainRoute(server: ApiServer, { db, policy }: ApiContext): void {
  server.post(
    '/explanations',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Why a contact’s next message has not gone yet, or that it went',
        tags: ['contacts'],
        body: z.object({ sequence: z.string(), phone }),
        response: { 200: z.unknown() },
      },
    },
    async ({ body }) => {
      const outcome = await explainContact(db, { ...body, ...policy });
      switch (outcome.kind) {
        case 'explained':
          return explanationView(outcome);
        case 'not_enrolled':
          throw new ProblemError(
            'not_found',
            outcome.suppressed
              ? 'This number is suppressed, and never had a run in this sequence.'
              : 'No contact of this number ever had a run in this sequence.',
          );
        case 'not_found':
          throw unknownSequence(body.sequence, outcome.near);
        case 'invalid':
          throw invalid(outcome.problem);
        default:
          return assertNever(outcome);
      }
    },
  );
}

/** The one good outcome. Throws `ProblemError` for every other, with what to do. */
function enrolledOnly(
  outcome: EnrollOutcome,
  sequence: string,
): Extract<EnrollOutcome, { kind: 'enrolled' }> {
  switch (outcome.kind) {
    case 'enrolled':
      return outcome;
    case 'invalid':
      throw invalid(outcome.problem);
    case 'not_found':
      throw outcome.what === 'sequence'
        ? unknownSequence(sequence, outcome.near)
        : new ProblemError('not_found', `There is no device "${outcome.name}".`);
    case 'already_enrolled':
      throw new ProblemError('conflict', 'This contact is in the sequence already.');
    case 'not_again':
      throw new ProblemError(
        'not_allowed',
        'This contact went through the sequence before, and it lets nobody in again yet.',
      );
    case 'suppressed':
      throw new ProblemError(
        'not_allowed',
        'This number is suppressed: its owner does not want to be written to.',
      );
    case 'closed':
      throw new ProblemError('conflict', `The sequence is ${outcome.status}.`);
    case 'no_device':
      throw new ProblemError('conflict', 'There is no device to choose; name one.');
    case 'refused':
      throw new ProblemError('internal');
    default:
      return assertNever(outcome);
  }
}

function invalid(problem: Readonly<{ field: string; reason: string; fix: string }>): ProblemError {
  return new ProblemError('invalid_request', `${problem.field} ${problem.reason}; ${problem.fix}.`);
}
