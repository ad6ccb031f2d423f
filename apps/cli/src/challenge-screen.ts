import type { PairingReading } from '@dripfleet/operations';
import { renderUnicodeCompact } from 'uqr';
import type { Cli } from './cli.ts';
import { roughly } from './times.ts';

/** A terminal's, where it is known. */
type Size = Readonly<{ rows: number; columns: number }>;

/** What is shown to be scanned or typed. */
export type ShownChallenge = Extract<PairingReading, { kind: 'waiting' }>;

/**
 * What an operator must do with the phone: drawn on a terminal, each time in the place of the one before, and taken away
 * in the end; elsewhere a line on stdout for each, for programs that draw it themselves.
 */
export class ChallengeScreen {
  readonly #cli: Cli;
  readonly #device: string;
  #shown = '';
  #lines = 0;

  constructor(cli: Cli, device: string) {
    this.#cli = cli;
    this.#device = device;
  }

  show(challenge: ShownChallenge): void {
    if (challenge.content === this.#shown) return;
    this.#shown = challenge.content;
    const { output } = this.#cli;
    if (output.isScreen) this.#draw(this.#text(challenge));
    else
      output.event(challenge, {
        text: ({ content }) => content,
        json: ({ method, content, validFor }) => ({ kind: method, content, valid_ms: validFor }),
        names: ({ content }) => [content],
      });
  }

  /** Takes away what is drawn: it is of no use any more. */
  clear(): void {
    if (this.#lines > 0) this.#cli.runtime.stderr.write(`\u001B[${this.#lines}A\u001B[J`);
    this.#lines = 0;
    this.#shown = '';
  }

  #draw(text: string): void {
    this.clear();
    this.#cli.runtime.stderr.write(`${text}\n`);
    this.#lines = text.split('\n').length;
  }

  #text({ method, content, validFor }: ShownChallenge): string {
    const valid = `Good for ${roughly(validFor)}; the next one follows by itself. Ctrl-C cancels.`;
    if (method === 'code')
      return [
        `Phone of ${this.#device}: WhatsApp › Linked devices › Link a device › Link with phone number instead`,
        '',
        `    ${content.replace(/^(.{4})(.{4})$/, '$1-$2')}`,
        '',
        valid,
      ].join('\n');
    return [
      `Phone of ${this.#device}: WhatsApp › Linked devices › Link a device`,
      ...this.#qr(content),
      valid,
    ].join('\n');
  }

  #qr(content: string): readonly string[] {
    const lines = renderUnicodeCompact(content, { border: 2 }).split('\n');
    const width = lines[0]?.length ?? 0;
    const height = lines.length + 3;
    const { rows = height, columns = width } = this.#cli.runtime.stderr as Partial<Size>;
    if (columns < width)
      return [`Make this window ${width} columns wide and ${height} lines high, then wait.`];
    const hint = rows < height ? [`Make this window ${height} lines high to see all of it.`] : [];
    // Light on dark whatever the terminal's colours are, for not every phone reads the inverse.
    const { isColorSupported } = this.#cli.output.colors;
    const drawn = lines.map((line) => (isColorSupported ? `\u001B[97;40m${line}\u001B[0m` : line));
    return [...hint, ...drawn];
  }
}
