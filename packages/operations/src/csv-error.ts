/** A CSV file that cannot be read as a whole, and where. `line` counts from 1; `column` is the cell's number. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  readonly code = 'bad_csv';
  readonly line: number;
  readonly column: number;
  readonly fix: string;

  constructor(message: string, place: { line: number; column?: number; fix: string }) {
    super(message);
    this.line = place.line;
    this.column = place.column ?? 1;
    this.fix = place.fix;
  }
}
