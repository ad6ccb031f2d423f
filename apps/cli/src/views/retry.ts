import type { LetterOutcome, RetryVerb } from '@dripfleet/operations';
import type { ItemView } from '../output.ts';

type Retried = Readonly<{
  verb: RetryVerb;
  counts: Readonly<Partial<Record<LetterOutcome, number>>>;
}>;

const outcomes = ['retried', 'settled', 'gone', 'erased', 'suppressed', 'enrolled_again'] as const;

/** `retry`. */
export function retryView(): ItemView<Retried> {
  return {
    text: ({ verb, counts }) => {
      const some = outcomes.flatMap((one) => {
        const count = counts[one] ?? 0;
        return count > 0 ? `${count} ${texts[verb][one] ?? shared[one]}` : [];
      });
      return some.join('\n') || '0 retried';
    },
    json: ({ verb, counts }) => ({
      as: verb,
      ...Object.fromEntries(outcomes.map((one) => [one, counts[one] ?? 0])),
    }),
    names: ({ counts }) => outcomes.filter((one) => (counts[one] ?? 0) > 0),
  };
}

const texts: Readonly<Record<RetryVerb, Readonly<Partial<Record<LetterOutcome, string>>>>> = {
  resend: {},
  sent: { settled: 'counted as sent; their runs go on' },
  skip: { settled: 'given up; their runs go on' },
};

const shared: Readonly<Record<LetterOutcome, string>> = {
  retried: 'put back to be sent',
  settled: 'settled',
  gone: 'settled by somebody else meanwhile',
  erased: "left: their texts are erased by age, so they can't be sent again",
  suppressed: 'left: their contacts are suppressed',
  enrolled_again: 'left: their contacts were enrolled again since',
};
