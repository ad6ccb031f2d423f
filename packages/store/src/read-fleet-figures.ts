import type { Queryable } from './database.ts';

export type FleetFigures = Readonly<{
  /** Rows queued or sending per device that has any, by quantile: `0.5`, `0.9`, `0.99`, `1`. */
  queueDepth: Readonly<Record<string, number>>;
  /** Devices by session state. */
  sessionStates: Readonly<Record<string, number>>;
  /** Devices that may send and have something to do within 15 min. */
  wanted: number;
}>;

type Row = {
  depth_quantiles: readonly number[] | null;
  session_states: Record<string, number>;
  wanted: number;
};

const quantiles = ['0.5', '0.9', '0.99', '1'];
const horizonMs = 15 * 60_000;

export async function readFleetFigures(db: Queryable): Promise<FleetFigures> {
  const [row] = await db.run<Row>('read-fleet-figures', [horizonMs]);
  return {
    queueDepth: Object.fromEntries(
      quantiles.map((quantile, index) => [quantile, row?.depth_quantiles?.[index] ?? 0]),
    ),
    sessionStates: row?.session_states ?? {},
    wanted: row?.wanted ?? 0,
  };
}
