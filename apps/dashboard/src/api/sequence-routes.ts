import {
  applySequence,
  listSequences,
  parseSequenceFile,
  showSequence,
  switchSequence,
} from '@dripfleet/operations';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import { actorOf, type ApiContext, type ApiServer } from './api-context.ts';
import { fileProblemSchema } from './schemas.ts';

const params = z.object({ name: z.string() });
const sequenceSchema = z
  .object({
    name: z.string(),
    status: z.string(),
    version: z.number(),
    runs: z.record(z.string(), z.number()).describe('contacts by the status of their run'),
  })
  .meta({ id: 'Sequence' });

export function sequenceRoutes(server: ApiServer, context: ApiContext): void {
  listRoute(server, context);
  showRoute(server, context);
  applyRoute(server, context);
  switchRoutes(server, context);
}

function listRoute(server: ApiServer, { db }: ApiContext): void {
  server.get(
    '/sequences',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The sequences',
        tags: ['sequences'],
        response: { 200: z.object({ sequences: z.array(sequenceSchema) }) },
      },
    },
    async () => ({ sequences: (await listSequences(db)).map(sequenceView) }),
  );
}

function showRoute(server: ApiServer, { db }: ApiContext): void {
  server.get(
    '/sequences/:name',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A sequence with the steps of its current edition',
        tags: ['sequences'],
        params,
        response: { 200: sequenceSchema.extend({ definition: z.unknown() }) },
      },
    },
    async ({ params: { name } }) => {
      const shown = await showSequence(db, name);
      if (shown.kind === 'not_found') throw unknownSequence(name, shown.near);
      return { ...sequenceView(shown.sequence), definition: shown.definition };
    },
  );
}

function applyRoute(server: ApiServer, { db }: ApiContext): void {
  server.put(
    '/sequences',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Publishes a sequence file as the next edition',
        description:
          'The body is the YAML text of a sequence file, as `dripfleet sequence apply` takes it.',
        tags: ['sequences'],
        consumes: ['text/yaml'],
        response: {
          200: z.object({
            name: z.string(),
            version: z.number(),
            outcome: z.enum(['published', 'unchanged']),
            warnings: z.array(fileProblemSchema).readonly(),
          }),
          422: z.object({ problems: z.array(fileProblemSchema).readonly() }),
        },
      },
    },
    async (request, reply) => {
      if (typeof request.body !== 'string')
        throw new ProblemError('unsupported', 'Send the file with content-type text/yaml.');
      const file = parseSequenceFile(request.body);
      if (file.kind === 'refused') return await reply.code(422).send({ problems: file.problems });
      const { name, definition, warnings } = file;
      const applied = await applySequence(db, { name, definition, actor: actorOf(request) });
      if (applied.kind === 'reused_keys')
        throw new ProblemError(
          'conflict',
          `Somebody was sent another text under ${applied.keys.join(', ')}; give the changed steps new keys.`,
        );
      return { name, version: applied.version, outcome: applied.kind, warnings };
    },
  );
}

function switchRoutes(server: ApiServer, { db }: ApiContext): void {
  for (const [verb, status] of [
    ['pause', 'paused'],
    ['resume', 'active'],
  ] as const) {
    server.post(
      `/sequences/:name/${verb}`,
      {
        config: { access: 'operator' },
        schema: {
          summary: `${verb === 'pause' ? 'Pauses' : 'Resumes'} a sequence; nobody is lost`,
          tags: ['sequences'],
          params,
          response: { 200: z.object({ outcome: z.enum(['changed', 'unchanged']) }) },
        },
      },
      async (request) => {
        const { name } = request.params;
        const switched = await switchSequence(db, { name, status, actor: actorOf(request) });
        if (switched.kind === 'not_found') throw unknownSequence(name, switched.near);
        return { outcome: switched.kind };
      },
    );
  }
}

type Line = Awaited<ReturnType<typeof listSequences>>[number];

function sequenceView({ name, status, version, runs }: Line) {
  return { name, status, version, runs };
}

export function unknownSequence(name: string, near: readonly string[]): ProblemError {
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return new ProblemError('not_found', `There is no sequence "${name}".${hint}`);
}
