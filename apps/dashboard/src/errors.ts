import { PacingError } from '@dripfleet/domain';
import { DeviceError } from '@dripfleet/operations';
import { DatabaseError } from '@dripfleet/store';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ProblemCode, ProblemError, problemOf } from './problem.ts';

/** Makes every error an answer in application/problem+json; what nobody expected is logged and says nothing of itself. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const { code, detail } = translate(error);
    if (code === 'internal') request.log.error({ err: error }, 'request.failed');
    sendProblem(reply, code, detail);
  });
  server.setNotFoundHandler((_, reply) => sendProblem(reply, 'not_found'));
}

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail?: string): void {
  const problem = problemOf(code, detail);
  // Serialized here: a route's schema describes its answers, and this is none of them.
  void reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer((text: string) => text)
    .send(JSON.stringify(problem));
}

function translate(
  error: FastifyError,
): Readonly<{ code: ProblemCode; detail?: string | undefined }> {
  if (error instanceof ProblemError) return error;
  if (error instanceof DeviceError)
    return {
      code: error.code === 'invalid' ? 'invalid_request' : error.code,
      detail: error.message,
    };
  if (error instanceof PacingError) return { code: 'invalid_request', detail: error.message };
  if (error instanceof DatabaseError)
    return { code: error.code === 'unreachable' ? 'unavailable' : 'internal' };
  if (hasZodFastifySchemaValidationErrors(error))
    return { code: 'invalid_request', detail: describeIssues(error.validation) };
  return { code: byStatus(error.statusCode), detail: clientDetail(error) };
}

function describeIssues(
  issues: readonly Readonly<{ instancePath: string; message?: string | undefined }>[],
): string {
  return issues
    .map(
      ({ instancePath, message }) =>
        `${instancePath.replace(/^\//, '') || 'body'}: ${message ?? 'refused'}`,
    )
    .join('; ');
}

/** Errors of the framework itself: a body that is no JSON, one that is too large. */
function byStatus(status: number | undefined): ProblemCode {
  if (status === 413) return 'too_large';
  if (status === 415) return 'unsupported';
  return status !== undefined && status >= 400 && status < 500 ? 'invalid_request' : 'internal';
}

function clientDetail({ statusCode, code }: FastifyError): string | undefined {
  return statusCode !== undefined && statusCode < 500 ? code : undefined;
}
