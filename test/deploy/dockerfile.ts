import fs from 'node:fs';
import path from 'node:path';

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** With continued lines joined and ARG values put in. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export const deployFile = (name: string) => path.resolve('deploy', name);

/** The stages of deploy/Dockerfile, in order. `args` win over the values that its ARG lines give. */
export function readDockerfile(args: Readonly<Record<string, string>> = {}): readonly Stage[] {
  const lines = fs
    .readFileSync(deployFile('Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/gu, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const values = new Map<string, string>();
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const { name = '', rest = '' } = /^(?<name>[A-Z]+) +(?<rest>.*)$/u.exec(line)?.groups ?? {};
    // A shell has variables of its own; FROM is where ours stand.
    const text = name === 'FROM' ? rest.replaceAll(/\$\{(\w+)\}/gu, (_all, key) => values.get(key) ?? '') : rest;
    if (name === 'ARG') {
      const [key = '', value = ''] = text.split('=');
      values.set(key, args[key] ?? value);
    } else if (name === 'FROM') {
      const [from = '', , as] = text.split(/ +/u);
      stages.push({ name: as ?? `stage ${stages.length}`, from, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage || name === '') throw new Error(`Dockerfile: not understood: ${line}`);
      stage.instructions.push({ name, text });
    }
  }
  return stages;
}

/** The last of an instruction in a stage; undefined: there is none. */
export function lastOf({ instructions }: Stage, name: string): string | undefined {
  return instructions.findLast((each) => each.name === name)?.text;
}

/** `["a", "b"]`, the form that runs without a shell. Throws when it is the other one. */
export function execForm(text: string | undefined): readonly string[] {
  const words: unknown = JSON.parse(text ?? 'null');
  if (!Array.isArray(words)) throw new Error(`not the exec form: ${text}`);
  return words.map(String);
}

/** `A=1 B=2` of all ENV lines. */
export function environmentOf({ instructions }: Stage): Readonly<Record<string, string>> {
  const pairs = instructions.filter(({ name }) => name === 'ENV').flatMap(({ text }) => text.split(/ +/u));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
