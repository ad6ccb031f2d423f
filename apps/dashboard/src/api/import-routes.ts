import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { assertNever } from '@dripfleet/domain';
import { importContacts, type ImportOutcome, type RejectedRow } from '@dripfleet/operations';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import { actorOf, type ApiContext, type ApiServer, told } from './api-context.ts';
import { fileProblemSchema } from './schemas.ts';
import { unknownSequence } from './sequence-routes.ts';

/** A file of this size holds a million contacts. */
const bodyLimit = 100 * 1024 * 1024;
/** Of an answer; the CLI writes a file of all. */
const rejectedShown = 1_000;

const rejectedSchema = z.object({
  line: z.number(),
  column: z.string(),
  reason: z.string(),
  fix: z.string(),
});

/** Enrolls the contacts of a CSV file, as `dripfleet import` does. The file lies on disk only while it is read. */
export function importRoutes(server: ApiServer, { db, tell, stopping }: ApiContext): void {
  server.addContentTypeParser('text/csv', { bodyLimit }, (_, payload, done) => {
    done(null, payload);
  });
  server.post(
    '/imports',
    {
      config: { access: 'operator' },
      bodyLimit,
      schema: {
        summary: 'Enrolls the contacts of a CSV file; safe to repeat',
        description: 'The body is the file itself, with content-type text/csv.',
        tags: ['contacts'],
        consumes: ['text/csv'],
        querystring: z.object({
          sequence: z.string(),
          deviceLabel: z
            .string()
            .optional()
            .describe('choose only among devices with it: `key=value`'),
          dryRun: z.stringbool().default(false),
        }),
        response: {
          200: z.object({
            rows: z.number(),
            enrolled: z.number(),
            alreadyEnrolled: z.number(),
            repeated: z.number(),
            rejected: z.number(),
            dryRun: z.boolean(),
            warnings: z.array(z.string()).readonly(),
            rejectedRows: z.array(rejectedSchema).describe(`the first ${rejectedShown}`),
          }),
          422: z.object({ problems: z.array(fileProblemSchema).readonly() }),
        },
      },
    },
    async (request, reply) => {
      const { sequence, deviceLabel, dryRun } = request.query;
      const [key = '', value = ''] = deviceLabel?.split(/=(.*)/s) ?? [];
      const rejectedRows: z.infer<typeof rejectedSchema>[] = [];
      const onRejected = ({ line, column, reason, fix }: RejectedRow) => {
        if (rejectedRows.length < rejectedShown) rejectedRows.push({ line, column, reason, fix });
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the parser above hands on
      const outcome = await withFile(
        request.body as Readable,
        async (path) =>
          await importContacts(db, {
            sequence,
            path,
            dryRun,
            deviceLabels: deviceLabel === undefined ? undefined : { [key]: value },
            actor: actorOf(request),
            onRejected,
            signal: stopping,
          }),
      );
      if (outcome.kind === 'refused') return await reply.code(422).send(outcome);
      const imported = importedOnly(outcome, sequence);
      if (!dryRun) await told(tell.nudge(imported.deviceIds));
      const { counts, warnings } = imported;
      return { ...counts, dryRun, warnings, rejectedRows };
    },
  );
}

async function withFile<Result>(
  body: Readable,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'dripfleet-import-'));
  try {
    const path = join(folder, 'contacts.csv');
    await pipeline(body, limited(), createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A body without a length is counted as it comes. */
function limited() {
  let bytes = 0;
  return async function* count(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > bodyLimit) throw new ProblemError('too_large');
      yield chunk;
    }
  };
}

function importedOnly(
  outcome: Exclude<ImportOutcome, { kind: 'refused' }>,
  sequence: string,
): Extract<ImportOutcome, { kind: 'imported' }> {
  switch (outcome.kind) {
    case 'imported':
      return outcome;
    case 'not_found':
      throw outcome.what === 'sequence'
        ? unknownSequence(sequence, outcome.near)
        : new ProblemError('internal');
    case 'closed':
      throw new ProblemError('conflict', `The sequence is ${outcome.status}.`);
    case 'no_device':
      throw new ProblemError('conflict', 'No row names a device, and there is none to choose.');
    default:
      return assertNever(outcome);
  }
}
