// Bundles the pages: scripts and styles into assets/, named by their content, each also compressed; NAME.html beside it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const pages = ['chat', 'app'];

/** Writes the pages into a folder. Throws when a source does not compile. */
export async function buildPages(folder) {
  const { metafile } = await build({
    entryPoints: pages.map((page) => ({ in: path.join(here, page, 'main.tsx'), out: page })),
    outdir: path.join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    // What both pages use is loaded once; what few readers open (charts) is loaded when they do.
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    // Chinese as it is: escapes would be twice as long.
    charset: 'utf8',
    sourcemap: false,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: here,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const outputs = Object.entries(metafile.outputs).map(([file, output]) => ({
    ...output,
    file: path.resolve(here, file),
  }));
  for (const { file } of outputs) compress(file);
  mkdirSync(folder, { recursive: true });
  for (const page of pages) {
    const entry = outputs.find(({ entryPoint }) => entryPoint === `${page}/main.tsx`);
    const template = readFileSync(path.join(here, page, 'index.html'), 'utf8');
    writeFileSync(
      path.join(folder, `${page}.html`),
      template
        .replace('{{script}}', path.basename(entry.file))
        .replace('{{style}}', path.basename(entry.cssBundle ?? '')),
    );
  }
}

function compress(file) {
  const content = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
