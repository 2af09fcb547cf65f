import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';

/** The pages as bot/web/build.mjs has written them: `NAME.html`, and what they load in `assets/`. */
export interface Pages {
  /** Scripts and styles, whose names change with their content. To be mounted as `/assets`. */
  readonly assets: Hono;
  /** Answers with a page. Throws when there is none of that name. */
  show(context: Context, name: PageName): Response;
}

export type PageName = 'chat' | 'app';

/** `folder`: of the build. */
export function openPages(folder: string): Pages {
  const read = new Map<PageName, string>();
  return {
    assets: new Hono().get(
      '/*',
      serveStatic({
        root: path.join(folder, 'assets'),
        precompressed: true,
        rewriteRequestPath: (requested) => requested.slice(requested.lastIndexOf('/assets/') + '/assets'.length),
        onFound: (_file, context) => context.header('cache-control', 'public, max-age=31536000, immutable'),
      }),
    ),
    show(context, name) {
      const page = read.get(name) ?? readFileSync(path.join(folder, `${name}.html`), 'utf8');
      read.set(name, page);
      return context.html(page, 200, { 'cache-control': 'no-cache' });
    },
  };
}
