import { truncate } from '../../src/domain/text.js';
import type { OwnProblem, OwnSection, Restored } from '../../src/service/own-data.js';
import type { SentDocument } from '../attachments.js';
import type { BotCommand } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { type Locale, locales } from '../locale/index.js';
import { type FileProblem, parseOwnData } from '../own-data-file.js';

const maxBytes = 1024 * 1024;
const mostProblemsTold = 20;
/** What a file says, quoted back. */
const maxQuotedChars = 40;

/** Reads what `/export` wrote: a file with this command as its caption, the file that it answers, or in private just the file. */
export const importCommand: BotCommand = {
  name: 'import',
  words: ['导入数据'],
  changesSettings: true,
  async run(chat) {
    const { t, services, target, now } = chat;
    const document = chat.document ?? chat.repliedTo?.document;
    if (!document) return chat.reply(t.importUsage);
    if (!looksLikeJson(document)) return chat.reply(t.importNotOurs);
    if ((document.bytes ?? 0) > maxBytes) return chat.reply(t.importTooBig);
    const content = await chat.download(document, maxBytes);
    if (!content) return chat.reply(t.importTooBig);
    const file = parseOwnData(content);
    if (file.kind === 'not-ours') return chat.reply(t.importNotOurs);
    if (file.kind === 'newer') return chat.reply(t.importNewer);
    const restored = await services.ownData.restore(target, file.data, now);
    // What the file says of the language holds from here on.
    const told = locales[file.data.settings.language ?? chat.language];
    await chat.reply(describe(told, restored, [...file.problems, ...restored.problems]));
  },
};

function looksLikeJson({ name, mimeType }: SentDocument): boolean {
  return /\.json$/iu.test(name) || mimeType.toLowerCase().endsWith('/json');
}

function describe(t: Locale, { counts }: Restored, problems: readonly (FileProblem | OwnProblem)[]): Html {
  const sections = Object.entries(counts) as [OwnSection, Restored['counts'][OwnSection]][];
  const taken = sections.flatMap(([section, { total, added }]) =>
    total > 0 ? [html`${t.importedOf[section](total, added)}`] : [],
  );
  const title = taken.length > 0 ? t.imported : t.importedNothing;
  const listed = problems.slice(0, mostProblemsTold).map((problem) => html`· ${describeProblem(t, problem)}`);
  const left = problems.length - listed.length;
  const more = left > 0 ? [html`· ${t.importMoreProblems(left)}`] : [];
  const told = listed.length > 0 ? [joinHtml([html`${t.importProblems}`, ...listed, ...more], '\n')] : [];
  return joinHtml([joinHtml([title, ...taken], '\n'), ...told], '\n\n');
}

function describeProblem({ importProblem: told, ownSections }: Locale, problem: FileProblem | OwnProblem): string {
  const quote = (text: string) => truncate(text.replace(/\s+/gu, ' '), maxQuotedChars, 2 * maxQuotedChars);
  switch (problem.kind) {
    case 'unknown-key':
      return told.unknownKey(quote(problem.name));
    case 'bad-section':
      return told.badSection(ownSections[problem.section]);
    case 'bad-setting':
      return told.badSetting(quote(problem.name));
    case 'bad-entry': {
      const place = told.badEntry(ownSections[problem.section], problem.number);
      return problem.label ? told.labelled(place, quote(problem.label)) : place;
    }
    case 'unknown-category':
      return told.unknownCategory(quote(problem.name));
    case 'unknown-zone':
      return told.unknownZone(quote(problem.name));
    case 'bad-watch':
      return told.badWatch(quote(problem.text));
    case 'bad-filter':
      return problem.name === undefined ? told.badGeneralFilter : told.badFilter(quote(problem.name));
    case 'not-followed':
      return told.notFollowed(quote(problem.name));
    case 'unknown-article':
      return told.unknownArticle(quote(problem.title));
    case 'too-many':
      return told.tooMany(ownSections[problem.section], problem.count);
  }
}
