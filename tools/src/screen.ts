import pc from 'picocolors';

const started = performance.now();

/** What the demo shows: steps as lines with their time, and one line that moves while something is under way. */
export class Screen {
  #moving = false;
  #lastPlain = 0;

  /** A step that is done, or that takes a while. */
  say(line: string): void {
    this.#clear();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`${pc.dim(`${seconds.padStart(6)}s`)}  ${line}`);
  }

  /** As it is, without a time: the verdict. */
  print(text: string): void {
    this.#clear();
    console.log(text);
  }

  /** The state of what is under way: redrawn on a terminal, now and then a line elsewhere. */
  progress(line: string): void {
    if (process.stdout.isTTY) {
      this.#clear();
      process.stdout.write(line);
      this.#moving = true;
    } else if (performance.now() - this.#lastPlain > 5_000) {
      this.#lastPlain = performance.now();
      this.say(line);
    }
  }

  #clear(): void {
    if (this.#moving) process.stdout.write('\r\u001B[2K');
    this.#moving = false;
  }
}

/** A bar of 24 characters. */
export function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.round((24 * done) / total);
  return '█'.repeat(filled) + '░'.repeat(24 - filled);
}
