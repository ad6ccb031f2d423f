import type { ComponentChildren } from 'preact';
import { pulsesShown } from '../fleet/pulse-history.ts';
import type { PageProps } from '../page/page.ts';
import { formatClasses, formatCount, roughly } from '../parts/format.ts';
import { sparkline } from './sparkline.ts';

/** The fleet in figures. */
export function PulseBar({ page }: PageProps) {
  const { queued, sending, due } = page.totals.value;
  return (
    <section class="pulse" aria-label="The fleet in figures">
      <SentFigure page={page} />
      <Figure title="Sending" value={formatCount(sending)} note="on their way" />
      <Figure title="Queued" value={formatCount(queued)} note="in queues" />
      <Figure title="Due" value={formatCount(due)} note="not queued yet" />
      <ErrorsFigure page={page} />
      <WorkersFigure page={page} />
    </section>
  );
}

type FigureProps = Readonly<{
  title: string;
  value: string;
  note: ComponentChildren;
  tip?: string | undefined;
}>;

function Figure({ title, value, note, tip }: FigureProps) {
  return (
    <div class="card figure" title={tip}>
      <h2>{title}</h2>
      <strong>{value}</strong>
      <small>{note}</small>
    </div>
  );
}

const box = { width: 240, height: 36, slots: pulsesShown };

function SentFigure({ page: { pulses } }: PageProps) {
  const { last } = pulses;
  const { sent } = pulses;
  const { line, area } = sparkline(sent, box);
  return (
    <div class="card figure sent">
      <div>
        <h2>Sent</h2>
        <strong>{last ? formatCount(last.sentLastMinute) : '–'}</strong>
        <small>in the last minute</small>
      </div>
      <svg
        viewBox={`0 -2 ${box.width} ${box.height + 3}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Messages a minute over the last ${roughly(sent.length * 1_000)}, at most ${formatCount(Math.max(0, ...sent))}`}
      >
        <path class="area" d={area} />
        <path class="line" d={line} />
      </svg>
    </div>
  );
}

function ErrorsFigure({ page: { totals, view } }: PageProps) {
  const { errors, errorsByClass } = totals.value;
  const classes = formatClasses(errorsByClass);
  const { errorsOnly } = view.filter;
  return (
    <button
      type="button"
      class={errors > 0 ? 'card figure some' : 'card figure'}
      aria-pressed={errorsOnly}
      title={classes === '' ? undefined : `${classes}. Press to show devices with errors only`}
      onClick={() => (view.filter = { ...view.filter, errorsOnly: !errorsOnly })}
    >
      <h2>Errors</h2>
      <strong>{formatCount(errors)}</strong>
      <small>{classes === '' ? 'in the last hour' : classes}</small>
    </button>
  );
}

function WorkersFigure({ page: { pulses } }: PageProps) {
  const { last } = pulses;
  if (!last) return <Figure title="Workers" value="–" note="not heard of yet" />;
  const { workers, owned, wanted, capacity } = last;
  return (
    <Figure
      title="Workers"
      value={formatCount(workers)}
      tip="Devices that a worker has, of those that should have one; how many all workers may have"
      note={
        <>
          {formatCount(owned)} of {formatCount(wanted)} wanted, room for {formatCount(capacity)}
          <Meter owned={owned} wanted={wanted} capacity={capacity} />
        </>
      }
    />
  );
}

type MeterProps = Readonly<{ owned: number; wanted: number; capacity: number }>;

function Meter({ owned, wanted, capacity }: MeterProps) {
  const whole = Math.max(1, wanted, capacity);
  const part = (count: number) => `${(Math.min(count, whole) / whole) * 100}%`;
  return (
    <span class="meter" aria-hidden="true">
      <i class="wanted" style={{ width: part(wanted) }} />
      <i class="owned" style={{ width: part(owned) }} />
    </span>
  );
}
