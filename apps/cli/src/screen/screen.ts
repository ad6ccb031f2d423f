import { cutLine } from './cut-line.ts';

export type Size = Readonly<{ rows: number; columns: number }>;

const escape = (code: string): string => `\u001B[${code}`;

/**
 * The whole of a terminal, until it is closed: then what stood there before is back. A picture is drawn by writing only the
 * lines that differ from the one before, so that nothing flickers and a slow line carries it.
 */
export class Screen {
  readonly #out: NodeJS.WriteStream;
  #lines: readonly string[] = [];

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    out.write(`${escape('?1049h')}${escape('?25l')}${escape('2J')}`);
  }

  get size(): Size {
    const { rows = 24, columns = 80 } = this.#out as Partial<Size>;
    return { rows, columns };
  }

  /** What does not fit is cut off. */
  draw(lines: readonly string[]): void {
    const { rows, columns } = this.size;
    const shown = lines.slice(0, rows).map((line) => cutLine(line, columns));
    const changes = shown.flatMap((line, index) =>
      line === this.#lines[index] ? [] : [`${escape(`${index + 1};1H`)}${escape('2K')}${line}`],
    );
    if (shown.length < this.#lines.length)
      changes.push(`${escape(`${shown.length + 1};1H`)}${escape('J')}`);
    this.#lines = shown;
    if (changes.length > 0) this.#out.write(changes.join(''));
  }

  /** For a window whose size changed: nothing is where it was drawn. */
  forget(): void {
    this.#lines = [];
    this.#out.write(escape('2J'));
  }

  close(): void {
    this.#out.write(`${escape('?25h')}${escape('?1049l')}`);
  }
}
