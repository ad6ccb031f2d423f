import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const description = `Everything that \`dripfleet\` does, over HTTP.

Send the key as \`Authorization: Bearer …\`; \`dripfleet key add NAME --role …\` makes one. Errors are
\`application/problem+json\`; go by \`code\`. A change with an \`Idempotency-Key\` is done once, whoever repeats it.`;

/** The description of the API at `/openapi.json`, and a page for people at `/docs` that loads nothing from elsewhere. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Dripfleet', version: '1', description },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'viewer' };
    });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      // No bar of somebody else's, and no badge that asks a validator elsewhere.
      uiConfig: {
        deepLinking: false,
        tryItOutEnabled: false,
        layout: 'BaseLayout',
        validatorUrl: null,
      },
    });
  });
  server.get('/openapi.json', { config: { access: 'viewer' }, schema: { hide: true } }, async () =>
    server.swagger(),
  );
}
