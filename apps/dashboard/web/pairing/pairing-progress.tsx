import type { PairingView } from '../../src/wire.ts';
import { roughly } from '../parts/format.ts';
import { useTicks } from '../parts/use-ticks.ts';
import type { PairingState } from './pairing-watch.ts';
import { qrPath } from './qr-path.ts';

type PairingProgressProps = Readonly<{
  state: Exclude<PairingState, { kind: 'idle' }>;
  onAgain(): void;
}>;

/** How a pairing goes. */
export function PairingProgress({ state, onAgain }: PairingProgressProps) {
  const [title, detail] = texts(state);
  const view = state.kind === 'told' ? state.view : undefined;
  return (
    <div class={`progress ${view?.kind ?? state.kind}`}>
      {state.kind === 'told' && view?.kind === 'waiting' && (
        <Challenge view={view} readAt={state.readAt} />
      )}
      {view?.kind === 'paired' && (
        <span class="tick" aria-hidden="true">
          ✓
        </span>
      )}
      <p aria-live="polite">
        <strong>{title}</strong>
        {detail && <span>{detail}</span>}
      </p>
      {state.kind === 'told' && state.problem && <p class="problem">{state.problem}</p>}
      {isOver(state) && (
        <footer>
          <button type="button" class="primary" onClick={onAgain}>
            Try again
          </button>
        </footer>
      )}
    </div>
  );
}

function isOver(state: PairingState): boolean {
  if (state.kind === 'refused') return true;
  if (state.kind !== 'told') return false;
  const { kind } = state.view;
  return kind === 'failed' || kind === 'expired' || kind === 'none';
}

type Texts = readonly [title: string, detail: string];

function texts(state: PairingProgressProps['state']): Texts {
  if (state.kind === 'asking') return ['Asking…', ''];
  if (state.kind === 'refused') return ['It can’t be paired now', state.problem];
  const { view } = state;
  switch (view.kind) {
    case 'requested':
      return [
        'Waiting for a worker…',
        'A worker must be running: it is the one that links the device.',
      ];
    case 'waiting':
      return view.method === 'qr'
        ? ['Scan with WhatsApp', 'Linked devices → Link a device']
        : [
            'Type it into WhatsApp',
            'Linked devices → Link a device → Link with phone number instead',
          ];
    case 'paired':
      return ['Linked', view.phone === undefined ? '' : `to ${view.phone}`];
    case 'failed':
      return ['It was not linked', view.reason];
    case 'expired':
      return ['Nobody linked it in time', ''];
    case 'none':
      return ['The request is gone', 'Somebody took it back, or asked anew.'];
    case 'unreadable':
      return [
        'It can’t be shown',
        'The worker encrypts with a key that the dashboard’s key file does not hold; give the dashboard the workers’ key file.',
      ];
    default:
      return view satisfies never;
  }
}

type Waiting = Extract<PairingView, { kind: 'waiting' }>;

/** What is to be scanned or typed, and for how long it is good. */
function Challenge({ view, readAt }: Readonly<{ view: Waiting; readAt: number }>) {
  useTicks(250);
  const left = Math.max(0, view.validForMs - (performance.now() - readAt));
  return (
    <>
      {view.method === 'qr' ? (
        <Qr rows={view.qr} />
      ) : (
        <output class="code">{spaced(view.code)}</output>
      )}
      <p class="countdown">
        {left > 0
          ? `Good for ${roughly(left)}; the next one follows by itself`
          : 'The next one follows…'}
      </p>
    </>
  );
}

/** Modules of white round a QR, without which not every phone finds it. */
const quietZone = 4;

function Qr({ rows }: Readonly<{ rows: readonly string[] }>) {
  const size = rows.length + 2 * quietZone;
  return (
    <svg
      class="qr"
      viewBox={`${-quietZone} ${-quietZone} ${size} ${size}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label="QR code to scan with the phone"
    >
      <path d={qrPath(rows)} />
    </svg>
  );
}

const spaced = (code: string): string => code.replace(/^(.{4})(.{4})$/, '$1-$2');
