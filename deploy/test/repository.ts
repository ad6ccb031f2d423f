import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A path from the root of the repository. */
export const inRoot = (...path: readonly string[]): string => join(root, ...path);

export const readText = (...path: readonly string[]): string =>
  readFileSync(inRoot(...path), 'utf8');

export function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readText(...path));
}

/** A file of one YAML document, with merge keys as Compose reads them. */
export function readYaml(...path: readonly string[]): unknown {
  return parse(readText(...path), { merge: true });
}

/** All documents of a file; `version` 1.1 is how Kubernetes reads numbers. Throws where one can't be read. */
export function parseDocuments(text: string): readonly unknown[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    return document.toJS() as unknown;
  });
}

/**
 * The ports that the processes listen on, as docs/configuration.md gives them out. A test holds them and the sources
 * together.
 */
export const ports = { dashboard: 8080, scheduler: 8081, worker: 8082, simulator: 8090 } as const;

/** The apps that can be built: a folder becomes one with its package.json. */
export function listApps(): readonly string[] {
  return readdirSync(inRoot('apps')).filter((app) =>
    existsSync(inRoot('apps', app, 'package.json')),
  );
}

export const packageVersion = (readJson('package.json') as { version: string }).version;
