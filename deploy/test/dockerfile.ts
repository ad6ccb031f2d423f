import { readText } from './repository.ts';

export type Instruction = Readonly<{ name: string; words: string }>;

export type Stage = Readonly<{
  name: string;
  /** What it begins from: an image, or another stage. */
  from: string;
  instructions: readonly Instruction[];
}>;

/** The stages of deploy/docker/Dockerfile, in order, with the values of the arguments before the first one filled in. */
export function readDockerfile(): readonly Stage[] {
  const given = new Map<string, string>();
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of parseInstructions(readText('deploy/docker/Dockerfile'))) {
    const { name, words } = instruction;
    const open = stages.at(-1);
    if (name === 'FROM') {
      const [, from = '', stage = ''] = /^(\S+) AS (\S+)$/.exec(words) ?? [];
      stages.push({ name: stage, from: fill(from, given), instructions: [] });
    } else if (open) open.instructions.push(instruction);
    else {
      const [key = '', value = ''] = words.split('=');
      given.set(key, value);
    }
  }
  return stages;
}

/** The stages that a target is made of: itself, and what it begins from. Throws when there is no such stage. */
export function lineageOf(target: string, stages: readonly Stage[]): readonly Stage[] {
  const stage = stages.find(({ name }) => name === target);
  if (!stage) throw new Error(`the Dockerfile has no stage ${target}`);
  const isStage = stages.some(({ name }) => name === stage.from);
  return isStage ? [stage, ...lineageOf(stage.from, stages)] : [stage];
}

/** The last of an instruction that a target has, its own before those that it inherits. */
export function lastOf(name: string, target: string, stages: readonly Stage[]): string | undefined {
  for (const stage of lineageOf(target, stages)) {
    const found = stage.instructions.findLast((instruction) => instruction.name === name);
    if (found) return found.words;
  }
  return undefined;
}

/** The words of an instruction in its JSON form. Throws for the shell form, where no signal reaches the process. */
export function execForm(words: string | undefined): readonly string[] {
  return JSON.parse(words ?? '[]') as string[];
}

function parseInstructions(text: string): readonly Instruction[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => {
      const [, name = '', words = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name, words };
    });
}

function fill(text: string, given: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => given.get(name) ?? '');
}
