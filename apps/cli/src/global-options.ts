import { type Command, Option } from 'commander';

export const outputFormats = ['table', 'json', 'jsonl', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What every command understands, before or after its own options. */
export type GlobalOptions = Readonly<{
  output: OutputFormat;
  quiet?: boolean;
  yes?: boolean;
  verbose?: boolean;
  color: boolean;
  showPhones?: boolean;
}>;

export function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option('-o, --output <format>', 'how to print the result')
        .choices(outputFormats)
        .default('table'),
    )
    .option('-q, --quiet', 'names only, and nothing on stderr but errors')
    .option('-y, --yes', 'do not ask before changing many devices')
    .option('-v, --verbose', 'say which servers are used')
    .option('--no-color', 'no colours (as with NO_COLOR)')
    .option('--show-phones', 'print phone numbers in full; masked otherwise');
}
