import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployFile, environmentOf, execForm, lastOf, readDockerfile } from './dockerfile.js';

const read = (name: string) => fs.readFileSync(deployFile(name), 'utf8');
const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };
/** A stop takes up to 5 s (DESIGN.md, "Push rules"). */
const stopSeconds = 5;

describe('the Dockerfile', () => {
  const stages = readDockerfile();
  const runtime = stages.at(-1);
  if (!runtime) throw new Error('no stage');

  it('builds on one pinned version of Node.js, whose SQLite addon comes ready made', () => {
    expect(new Set(stages.map(({ from }) => from)).size).toBe(1);
    const [, major = '', minor = ''] = /^node:(\d+)\.(\d+)\.\d+-bookworm-slim$/u.exec(runtime.from) ?? [];
    expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(2214);
  });

  it('runs without a shell, as a user without rights, and hears SIGTERM itself', () => {
    expect(Number(lastOf(runtime, 'USER')?.split(':')[0])).toBeGreaterThan(0);
    expect(execForm(lastOf(runtime, 'ENTRYPOINT'))[0]).toBe('node');
    expect(execForm(lastOf(runtime, 'CMD'))).toEqual(['start']);
    expect(lastOf(runtime, 'STOPSIGNAL')).toBe('SIGTERM');
    expect(execForm(lastOf(runtime, 'HEALTHCHECK')?.replace(/^.*? CMD /u, ''))).toEqual([
      'node',
      '-e',
      expect.stringContaining('/healthz'),
    ]);
  });

  it('keeps the database in its volume', () => {
    const volume = lastOf(runtime, 'VOLUME');
    expect(environmentOf(runtime).DATABASE_URL).toBe(`file:${volume}/zhaibao.db`);
    expect(lastOf(runtime, 'WORKDIR')).toBe(volume);
  });

  it('copies what is there, what the ignore file lets through, and nothing else', () => {
    const copied = stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
      .flatMap(({ text }) => text.split(/ +/u).slice(0, -1))
      .map((name) => name.replace(/\/$/u, ''));
    const [everything, ...allowed] = read('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    expect(allowed.map((line) => line.slice(1)).sort()).toEqual([...copied].sort());
    for (const name of copied) expect(fs.existsSync(name), name).toBe(true);
  });

  it('runs no script of a package and leaves no lists behind', () => {
    const lines = stages.flatMap(({ instructions }) => instructions).map(({ text }) => text);
    expect(lines.filter((line) => /npm (?:ci|install)/u.test(line))).toEqual([
      expect.stringMatching(/npm ci .*--omit=dev .*--ignore-scripts/u),
    ]);
    for (const line of lines.filter((each) => each.includes('apt-get')))
      expect(line).toMatch(/--no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/u);
    expect(lines.some((line) => /\b(?:curl|wget|sudo)\b/u.test(line))).toBe(false);
  });
});

describe('the compose file', () => {
  it.each([
    `image: zhaibao:${version}`,
    'read_only: true',
    'restart: unless-stopped',
    'no-new-privileges:true',
    '- ALL',
    'DATABASE_URL: file:/data/zhaibao.db',
    '- 127.0.0.1:8080:8080',
  ])('says %s', (line) => expect(read('compose.yaml')).toContain(line));

  it('gives a stop the time that it takes', () => {
    expect(Number(/stop_grace_period: (\d+)s/u.exec(read('compose.yaml'))?.[1])).toBeGreaterThan(stopSeconds);
  });
});

describe('the systemd unit', () => {
  const unit = read('zhaibao.service');
  it.each([
    'DynamicUser=yes',
    'StateDirectory=zhaibao',
    'ProtectSystem=strict',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'Restart=on-failure',
    'EnvironmentFile=/etc/zhaibao.env',
  ])('says %s', (line) => expect(unit.split('\n')).toContain(line));

  it('gives a stop the time that it takes, and leaves V8 its compiler', () => {
    expect(Number(/^TimeoutStopSec=(\d+)$/mu.exec(unit)?.[1])).toBeGreaterThan(stopSeconds);
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute/mu);
  });
});

describe('the package', () => {
  it('has release notes for its version', () => {
    const newest = /^## \[(\d\S*)\] - \d{4}-\d{2}-\d{2}$/mu.exec(fs.readFileSync('CHANGELOG.md', 'utf8'))?.[1];
    expect(newest).toBe(version);
  });

  it('holds what a start needs, and neither tests nor secrets', () => {
    const run = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
    // npm 11 gives a list, later ones an object by name.
    const [pack] = Object.values(JSON.parse(run.stdout) as Record<string, { files: { path: string }[] }>);
    const files = pack?.files.map((file) => file.path) ?? [];
    expect(files).toEqual(
      expect.arrayContaining([
        ...['src/launch.mjs', 'src/cli.ts', 'tsconfig.json', 'db/sqlite/migrations/meta/_journal.json', '.env.example'],
        ...[
          'bot/web/build.mjs',
          'bot/web/app/main.tsx',
          'bot/web/chat/index.html',
          'CHANGELOG.md',
          'deploy/Dockerfile',
        ],
      ]),
    );
    expect(files.filter((file) => /^(?:test|dist|data|node_modules)\/|\.env$|\.db$|\.test\.ts$/u.test(file))).toEqual(
      [],
    );
    expect(files.filter((file) => file.startsWith('src/samples/')).length).toBeGreaterThan(20);
  });

  it('has all that the launcher compiles with among what is always installed', () => {
    const { dependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { dependencies: object };
    const imported = listFiles('bot/web')
      .flatMap((file) => [...fs.readFileSync(file, 'utf8').matchAll(/from '(@[\w-]+\/[\w.-]+|[\w-]+)[^']*'/gu)])
      .map((match) => match[1]);
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...new Set(imported), 'typescript', 'esbuild']));
  });
});

function listFiles(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name))
    .map((name) => path.join(folder, name));
}
