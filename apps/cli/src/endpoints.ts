import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './command-error.ts';

/** Where `npm start` says how to reach the servers that it keeps for this folder. */
const fileName = join('.dripfleet', 'endpoints.json');

export type Endpoints = Readonly<{
  file: string;
  databaseUrl: string;
  redisUrl: string;
  /** Undefined when its workers need none. */
  credentialsKeyFile: string | undefined;
}>;

/** What `npm start` left in `folder`; undefined when there is nothing. Throws `CommandError` for a damaged file. */
export function readEndpoints(folder: string): Endpoints | undefined {
  const file = join(folder, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { databaseUrl, redisUrl, credentialsKeyFile } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    if (typeof databaseUrl === 'string' && typeof redisUrl === 'string')
      return {
        file,
        databaseUrl,
        redisUrl,
        credentialsKeyFile: typeof credentialsKeyFile === 'string' ? credentialsKeyFile : undefined,
      };
  } catch {
    // Answered below, as a file of another shape is.
  }
  throw new CommandError('usage', `${file} can't be read; remove it and run \`npm start\` again`);
}
