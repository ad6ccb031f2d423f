/**
 * What an import reads. A list for one campaign is far below; a file above is a mistake (another format, a quote that
 * never closes) or an attack, and must cost neither memory nor hours to find out.
 */
export const csvLimits = {
  fileBytes: 100 * 1024 * 1024,
  rows: 200_000,
  columns: 64,
  /** Of one line, and of one record over several lines. */
  lineBytes: 64 * 1024,
  /** Read without the end of a record: a record of empty cells has no length of its own. */
  stalledBytes: 4 * 1024 * 1024,
} as const;
