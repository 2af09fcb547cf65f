import type { DigestLine, DigestPage } from '../src/ports.js';
import { digestPageSize } from '../src/service/send-message.js';
import { articleButtons, renderArticleLines } from './article-list.js';
import { html } from './html.js';
import { locales } from './locale/index.js';
import type { Rendered, RenderOptions } from './render-article.js';

/** A page of a digest: why it came, its articles with numbers that open them, and buttons to the pages beside it. */
export function renderDigest({ id, reason, items, page, total }: DigestPage, options: RenderOptions): Rendered {
  const t = locales[options.language];
  const firstNumber = page * digestPageSize + 1;
  const pages = Math.ceil(total / digestPageSize);
  const older = total - firstNumber - items.length + 1;
  const place = pages > 1 ? html`\n\n<i>${t.digestPlace(page + 1, pages, older)}</i>` : html``;
  const others = ({ otherMedia }: DigestLine) =>
    otherMedia > 0 ? html`<i>${t.otherMedia(otherMedia)}</i>` : undefined;
  const turn = (to: number, text: string) =>
    to >= 0 && to < pages ? [{ text, data: `dig:${id.toString(36)}:${to}` }] : [];
  return {
    text: html`${t.digestTitle[reason](total)}\n\n${renderArticleLines(items, options, others, firstNumber)}${place}`,
    keyboard: [
      ...articleButtons(items, firstNumber),
      [...turn(page - 1, t.buttons.newer), ...turn(page + 1, t.buttons.older)],
    ],
  };
}
