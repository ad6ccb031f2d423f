import type { ComponentChildren } from 'preact';
import type { DeviceView, FleetDevice } from '../../src/wire.ts';
import type { Page } from '../page/page.ts';
import { formatClasses, formatCount, formatInstant, fromNow, roughly } from '../parts/format.ts';
import { useTicks } from '../parts/use-ticks.ts';
import { Labels } from './labels.tsx';
import type { DeviceReading } from './use-device-view.ts';

type DeviceFactsProps = Readonly<{ page: Page; device: FleetDevice; reading: DeviceReading }>;

/** All that is known of a device. What changes by time alone goes on counting between two readings. */
export function DeviceFacts({ page, device, reading: { view, readAt } }: DeviceFactsProps) {
  useTicks(1_000);
  const now = page.pulses.now();
  const { name, errors = {}, labels } = device;
  return (
    <>
      <Counts device={device} view={view} />
      <dl class="facts">
        {view && (
          <>
            <Fact title="Next send">{nextSendText(view, readAt)}</Fact>
            {view.nextDueAt !== undefined && (
              <Fact title={view.nextDueAt > now ? 'Next due' : 'Due'}>
                <Instant at={view.nextDueAt} now={now} />
              </Fact>
            )}
            <Fact title="State">
              <StateText view={view} now={now} />
            </Fact>
            <Fact title="Session">
              <SessionText view={view} now={now} />
            </Fact>
            <Fact title="Worker">
              <OwnerText view={view} now={now} />
            </Fact>
            <Fact title="Pace">{paceText(view)}</Fact>
            <Fact title="Phone">{view.phone ?? 'none known'}</Fact>
            <Fact title="Engine">{view.engine}</Fact>
          </>
        )}
        {device.errors && <Fact title="Errors">{formatClasses(Object.entries(errors))}</Fact>}
        <Fact title="Labels">
          <Labels page={page} labels={labels} />
        </Fact>
        <Fact title="Queue">
          <a href={`/queues/view?scope=${encodeURIComponent(`device:${name}`)}`}>Its jobs</a>
        </Fact>
      </dl>
    </>
  );
}

function Fact({ title, children }: Readonly<{ title: string; children: ComponentChildren }>) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type CountsProps = Readonly<{ device: FleetDevice; view: DeviceView | undefined }>;

function Counts({ device: { queued, sending, due, sentLastHour }, view }: CountsProps) {
  const { held, waiting } = view?.rows ?? {};
  const counts: readonly (readonly [string, number | undefined])[] = [
    ['sent 1h', sentLastHour],
    ['queued', queued],
    ['sending', sending],
    ['due', due],
    ['later', waiting === undefined ? undefined : Math.max(0, waiting - due)],
    ['held', held],
  ];
  return (
    <ul class="counts">
      {counts.map(([title, count]) => (
        <li key={title}>
          <strong>{count === undefined ? '–' : formatCount(count)}</strong> {title}
        </li>
      ))}
    </ul>
  );
}

type InstantProps = Readonly<{ at: number; now: number }>;

function Instant({ at, now }: InstantProps) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatInstant(at)}>
      {fromNow(at, now)}
    </time>
  );
}

type ViewProps = Readonly<{ view: DeviceView; now: number }>;

function StateText({ view: { state, reason, pausedUntil }, now }: ViewProps) {
  return (
    <>
      {state}
      {pausedUntil !== undefined && (
        <>
          , ends <Instant at={pausedUntil} now={now} />
        </>
      )}
      {reason && `: ${reason}`}
    </>
  );
}

function SessionText({ view: { session }, now }: ViewProps) {
  const { state, reason, since, restrictedUntil } = session;
  return (
    <>
      {state.replaceAll('_', ' ')} for {roughly(now - since)}
      {reason && `: ${reason}`}
      {restrictedUntil !== undefined && (
        <>
          , restricted, ends <Instant at={restrictedUntil} now={now} />
        </>
      )}
    </>
  );
}

function OwnerText({ view: { owner }, now }: ViewProps) {
  if (!owner) return <>none</>;
  const { worker, host, live, since } = owner;
  return (
    <>
      <span title={worker}>{host ?? worker}</span>
      {live ? '' : ', silent'}
      {since !== undefined && `, for ${roughly(now - since)}`}
    </>
  );
}

/** Sessions with which a worker goes on, or tries to. */
const working = new Set(['closed', 'connecting', 'open', 'unreachable']);

function nextSendText({ state, session, rows, nextSendIn }: DeviceView, readAt: number): string {
  if (state !== 'running') return `not while it is ${state}`;
  if (session.state === 'restricted') return 'as far as its restriction allows';
  if (!working.has(session.state))
    return `not while its session is ${session.state.replaceAll('_', ' ')}`;
  if (rows.queued + rows.sending + rows.due === 0) return 'nothing is due';
  if (nextSendIn === undefined) return 'unknown';
  const left = nextSendIn - (performance.now() - readAt);
  return left > 0 ? `its pace allows it in ${roughly(left)}` : 'its pace allows it now';
}

function paceText({ caps, gap }: DeviceView): string {
  const limits = caps.map(({ max, window }) => `${formatCount(max)} in ${window}`);
  const parts = [...limits, ...(gap === undefined ? [] : [`gap ${gap}`])];
  return parts.length > 0 ? parts.join(', ') : 'no limit';
}
