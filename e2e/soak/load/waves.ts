import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Operator } from '../lab/operator.ts';
import type { DeviceCap } from '../lab/lab.ts';
import { sequenceName, stepCount, textsFor } from './soak-sequence.ts';

const firstNames = ['Ana', 'Bruno', 'Chen', 'Dana', 'Łucja', 'Zoë', "O'Neil", 'Ömer'];

export type Enrolled = Readonly<{ contact: string; device: string }>;

export type WavesOptions = Readonly<{
  folder: string;
  planFile: string;
  devices: ReadonlyMap<string, string>;
  caps: readonly DeviceCap[];
  operator: Operator;
}>;

/** Enrolls contacts wave by wave, and writes down for the judge what each is to hear. */
export class Waves {
  readonly #options: WavesOptions;
  #contacts = 0;
  #waves = 0;
  /** Contacts of the newest waves, who are midway for the next seconds. */
  #recent: Enrolled[] = [];

  constructor(options: WavesOptions) {
    const { planFile, devices, caps } = options;
    this.#options = options;
    const limits = caps.map(({ max, windowMs }) => ({ max, window_ms: windowMs }));
    writeFileSync(planFile, line({ caps: limits, devices: [...devices.values()] }));
  }

  get contacts(): number {
    return this.#contacts;
  }

  /** Messages that all contacts together are to hear, if nobody opts out. */
  get messages(): number {
    return this.#contacts * stepCount;
  }

  /** Enrolls so many more. Resolves when the import went through, whatever was struck meanwhile. */
  async enroll(count: number): Promise<void> {
    const { folder, planFile, devices, operator } = this.#options;
    const names = [...devices.keys()];
    const file = join(folder, `wave-${(this.#waves += 1)}.csv`);
    const rows = ['phone,name,first_name,code,consent_source,device'];
    const planned: string[] = [];
    const enrolled: Enrolled[] = [];
    for (let at = 0; at < count; at += 1) {
      const index = (this.#contacts += 1);
      const to = `+1202${3_000_000 + index}`;
      const firstName = firstNames[index % firstNames.length] ?? '';
      const code = `c${index}`;
      const name = names[index % names.length] ?? '';
      const device = devices.get(name) ?? '';
      rows.push([to, firstName, firstName, code, 'soak', name].join(','));
      planned.push(line({ to, device, texts: textsFor({ firstName, code }) }));
      enrolled.push({ contact: to, device });
    }
    writeFileSync(file, `${rows.join('\n')}\n`);
    // Before the import: it may go through in part, and then again.
    appendFileSync(planFile, planned.join(''));
    await operator.insists('import', sequenceName, file, '-q');
    this.#recent = [...this.#recent.slice(-count), ...enrolled];
  }

  /** Takes one of those who may be midway; `at` from 0 to below 1 says which. */
  takeRecent(at: number): Enrolled | undefined {
    const [taken] = this.#recent.splice(Math.floor(at * this.#recent.length), 1);
    return taken;
  }
}

const line = (fields: object): string => `${JSON.stringify(fields)}\n`;
