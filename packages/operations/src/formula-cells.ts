/** What a spreadsheet takes for a formula; a tab or space before it does not stop it (CVE-2021-41270). */
const formula = /^'*[\t\r\n ]*[=+\-@\t\r]/;
const escapedFormula = /^'+[\t\r\n ]*[=+\-@\t\r]/;
const e164 = /^\+[1-9]\d{4,14}$/;

/** A cell that no spreadsheet computes: `'` before what could be a formula. A phone number in E.164 stays as it is. */
export function escapeCell(text: string): string {
  return formula.test(text) && !e164.test(text) ? `'${text}` : text;
}

/** Reads a cell that `escapeCell`, or a person who knows spreadsheets, wrote with a `'`. */
export function unescapeCell(cell: string): string {
  return escapedFormula.test(cell) ? cell.slice(1) : cell;
}
