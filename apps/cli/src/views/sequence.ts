import { formatDuration, type Reenroll, type StepMedia } from '@dripfleet/domain';
import type { ShownSequence } from '@dripfleet/operations';
import type { SequenceLine } from '@dripfleet/store';
import type { ItemView, ListView, Output } from '../output.ts';

/** `sequence ls`. */
export function sequenceListView(): ListView<SequenceLine> {
  return {
    columns: [
      { title: 'name', value: ({ name }) => name },
      { title: 'status', value: ({ status }) => status },
      { title: 'version', value: ({ version }) => version, align: 'right' },
      { title: 'steps', value: ({ steps }) => steps, align: 'right' },
      { title: 'active', value: ({ runs }) => runs.active ?? 0, align: 'right' },
      { title: 'completed', value: ({ runs }) => runs.completed ?? 0, align: 'right' },
      { title: 'exited', value: ({ runs }) => runs.exited ?? 0, align: 'right' },
      { title: 'failed', value: ({ runs }) => runs.failed ?? 0, align: 'right' },
    ],
    json: lineJson,
    name: ({ name }) => name,
    empty: 'No sequences. Publish one with: dripfleet sequence apply FILE',
  };
}

function lineJson({ name, status, version, publishedAt, steps, runs }: SequenceLine) {
  return { name, status, version, published_at: publishedAt.toISOString(), steps, runs };
}

/** `sequence show`. */
export function sequenceView({
  colors,
}: Output): ItemView<Extract<ShownSequence, { kind: 'shown' }>> {
  return {
    text: ({ sequence, definition }) =>
      [
        `${colors.bold(sequence.name)}   version ${sequence.version}, ${sequence.status}`,
        `  runs           ${runsText(sequence.runs)}`,
        `  reenroll       ${reenrollText(definition.reenroll)}`,
        `  on_uncertain   ${definition.onUncertain}`,
        `  on_failed_step ${definition.onFailedStep}`,
        `  on_reply       ${definition.onReply}`,
        ...definition.steps.flatMap(({ key, delay, text, media }) => [
          '',
          `  ${colors.bold(key)}, ${delay === 0 ? 'at once' : `after ${formatDuration(delay)}`}`,
          ...(media ? [`    ${mediaText(media)}`] : []),
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`),
        ]),
      ].join('\n'),
    json: ({ sequence, definition }) => ({
      ...lineJson(sequence),
      reenroll: reenrollText(definition.reenroll),
      on_uncertain: definition.onUncertain,
      on_failed_step: definition.onFailedStep,
      on_reply: definition.onReply,
      steps: definition.steps.map(({ key, delay, text, media }) => ({
        key,
        delay_ms: delay,
        text,
        ...(media && { media: mediaJson(media) }),
      })),
    }),
    names: ({ sequence }) => [sequence.name],
  };
}

function runsText(runs: SequenceLine['runs']): string {
  const some = Object.entries(runs).map(([status, count]) => `${count} ${status}`);
  return some.join(', ') || 'none';
}

function reenrollText(reenroll: Reenroll): string {
  return reenroll.kind === 'after' ? `after ${formatDuration(reenroll.duration)}` : reenroll.kind;
}

function mediaText({ kind, url, fileName }: StepMedia): string {
  return `[${kind}${fileName === undefined ? '' : ` "${fileName}"`} ${url}]`;
}

/** As a sequence file has it. */
function mediaJson({ kind, url, fileName }: StepMedia) {
  return { type: kind, url, ...(fileName !== undefined && { file_name: fileName }) };
}
