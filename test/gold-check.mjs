// node test/gold-check.mjs FOLDER: scores `extract` on hand-labelled posts (FOLDER/posts, FOLDER/score.mjs) and fails when
// a figure is below its floor in gold-floor.json. Floors only rise.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const gold = process.argv[2];
if (!gold) {
  process.stderr.write('usage: node test/gold-check.mjs FOLDER\n');
  process.exit(2);
}
const floors = JSON.parse(readFileSync(path.join(import.meta.dirname, 'gold-floor.json'), 'utf8'));
const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-gold-'));
try {
  const launcher = path.join(import.meta.dirname, '..', 'src', 'launch.mjs');
  const predictions = path.join(folder, 'predictions.jsonl');
  writeFileSync(predictions, run([launcher, 'extract', path.join(gold, 'posts')]));
  const score = run([path.join(gold, 'score.mjs'), predictions]);
  process.stdout.write(score);
  const figures = readFigures(score);
  for (const [name, floor] of Object.entries(floors)) {
    const figure = figures[name];
    const holds = figure !== undefined && figure >= floor;
    process.stdout.write(`${holds ? 'ok  ' : 'LOW '} ${name}: ${figure} (floor ${floor})\n`);
    if (!holds) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function run(args) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return stdout;
}

/** Posts right per field, the heading figures in percent, and posts in which everything is right. */
function readFigures(score) {
  const figures = {};
  for (const [, field, right] of score.matchAll(/^(\w+) +exact .*\((\d+)\/\d+\)$/gm)) figures[field] = Number(right);
  figures.bylinePrinted = Number(/where one is printed .*?\((\d+)\/\d+\)/.exec(score)?.[1]);
  figures.headingsPrecision = Number(/precision ([\d.]+)%/.exec(score)?.[1]);
  figures.headingsF1 = Number(/F1 ([\d.]+)%/.exec(score)?.[1]);
  figures.everything = Number(/everything right .*\((\d+)\/\d+\)/.exec(score)?.[1]);
  return figures;
}
