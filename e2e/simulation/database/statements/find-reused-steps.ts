// Mirrors packages/store/sql/find-reused-steps.sql.
import { sameJson } from '../json-values.ts';
import { parameters } from '../parameters.ts';
import type { SequenceVersionRow } from '../rows.ts';
import type { Statement, StatementContext } from '../statement-context.ts';

export const findReusedSteps: Statement = (tx, values) => {
  const $ = parameters(values);
  const [texts, media] = [$.texts(3), $.textsOrNull(4)];
  const editions = tx.all('sequence_versions').filter((v) => v.sequence_id === $.number(1));
  const reused = $.texts(2).filter((key, index) =>
    editions.some(
      (v) =>
        stepsOf(v).some(
          (old) =>
            old['key'] === key &&
            (old['text'] !== texts[index] ||
              !sameJson(old['media'] ?? null, JSON.parse(media[index] ?? 'null'))),
        ) && wasSent(tx, v, key),
    ),
  );
  return [...new Set(reused)].toSorted().map((key) => ({ key }));
};

function stepsOf({ definition }: SequenceVersionRow): readonly Readonly<Record<string, unknown>>[] {
  const { steps } = definition;
  return Array.isArray(steps) ? (steps as readonly Readonly<Record<string, unknown>>[]) : [];
}

function wasSent(tx: StatementContext, edition: SequenceVersionRow, key: string): boolean {
  return tx
    .all('sequence_contacts')
    .filter((s) => s.sequence_id === edition.sequence_id && s.version === edition.version)
    .flatMap((s) => tx.where('deliveries', 'sequence_contact_id', s.id))
    .some((d) => d.step_key === key);
}
