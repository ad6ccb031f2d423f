import { extname } from 'node:path';
import type { ChildProgram } from '../processes/child-program.ts';
import type { HostAnswer, HostDevice, HostRequest, RoundFigures } from './host-messages.ts';
import type { Lab } from './lab.ts';

// Built beside this file, whatever this file is.
const program = new URL(`session-host${extname(import.meta.url)}`, import.meta.url);

/** A process that holds sessions and sends over them when it is told. */
export class HostProcess {
  readonly #child: ChildProgram;
  readonly #signal: AbortSignal;

  private constructor(child: ChildProgram, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
  }

  /** Resolves when all devices are connected. */
  static async open(
    lab: Lab,
    { devices, sharedStorage }: { devices: readonly HostDevice[]; sharedStorage: boolean },
  ): Promise<HostProcess> {
    const child = await lab.startProgram(program, 'session host');
    const host = new HostProcess(child, lab.context.signal);
    await host.#ask('opened', {
      kind: 'open',
      databaseUrl: lab.servers.databaseUrl,
      keyFile: lab.devices.keyFile,
      whatsappUrl: lab.whatsappUrl,
      devices,
      sharedStorage,
    });
    return host;
  }

  async send(round: Omit<Extract<HostRequest, { kind: 'send' }>, 'kind'>): Promise<RoundFigures> {
    const { messages, cpu, wall } = await this.#ask('sent', { kind: 'send', ...round });
    return { messages, cpu, wall };
  }

  /** Gives the devices up for others, and ends. */
  async close(): Promise<void> {
    await this.#ask('closed', { kind: 'close' });
    await this.#child.stop();
  }

  async #ask<Kind extends HostAnswer['kind']>(
    kind: Kind,
    request: HostRequest,
  ): Promise<Extract<HostAnswer, { kind: Kind }>> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the only thing that the host sends
    const answer = (await this.#child.ask(request, this.#signal)) as HostAnswer;
    if (answer.kind === 'failed') throw new Error(`session host: ${answer.reason}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by its kind, which is compared
    if (answer.kind === kind) return answer as Extract<HostAnswer, { kind: Kind }>;
    throw new Error(`session host: answered ${answer.kind} where ${kind} was asked for`);
  }
}
