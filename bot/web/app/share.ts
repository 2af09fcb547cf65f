import type { ArticleView, Me } from '../../mini-app/protocol.js';
import { telegram } from './telegram.js';

/** Offers a choice of chats: the bot sends the summary where it answers inline, else it is a link with the title. */
export function shareArticle(article: Pick<ArticleView, 'id' | 'title' | 'url'>, me: Me): void {
  if (me.canShare) {
    telegram.switchInlineQuery(`art_${article.id}`);
    return;
  }
  const inBot = me.botUsername ? `https://t.me/${me.botUsername}?start=art_${article.id}` : '';
  const path = `/share/url?${new URLSearchParams({ url: article.url ?? inBot, text: article.title })}`;
  if (!telegram.openTelegramLink(path)) window.open(`https://t.me${path}`, '_blank', 'noopener');
}
