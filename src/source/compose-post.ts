/** A post as somebody types it. */
export interface TypedPost {
  readonly title: string;
  readonly category: { readonly name: string; readonly slug: string };
  /** Markdown or HTML. */
  readonly body: string;
}

/** What a post says beside what somebody types. */
export interface PublishedPost extends TypedPost {
  /** As front matter writes it, one line; empty: it has none. */
  readonly date: string;
  /** Of the original, http(s); undefined: it has none. */
  readonly link: string | undefined;
}

/** The same as a file of the archive (DESIGN.md, "A post"), dated `now`, without a link to an original. */
export function composePost(typed: TypedPost, now: Date): string {
  const { frontMatter, body } = compose({
    ...typed,
    date: `${now.toISOString().slice(0, 19).replace('T', ' ')} +0000`,
  });
  return `${frontMatter}${body}\n`;
}

/** The same as a file of the archive, with its date and the line that links to its original. */
export function composePublished(post: PublishedPost): string {
  const { frontMatter, body } = compose(post);
  return `${frontMatter}${body}\n\n<${post.link ?? ''}>\n`;
}

function compose({ title, category, body, date }: Omit<PublishedPost, 'link'>) {
  const fields = [
    '---',
    'layout: post',
    // JSON's strings are YAML's.
    `title: ${JSON.stringify(oneLine(title))}`,
    `date: ${oneLine(date)}`,
    `categories: ${JSON.stringify(oneLine(category.slug))}`,
    `tags: ${JSON.stringify(`${oneLine(category.name)}新闻`)}`,
    '---',
    '',
  ];
  return { frontMatter: fields.join('\n'), body: body.trim() };
}

/** A file's name has at most 255 bytes, and a character up to four. */
const mostNameChars = 50;

const oneLine = (text: string) => text.replace(/\s+/gu, ' ').trim();

/**
 * A name under which a dropped file is read: its own when it is one of the archive's, else its own behind the day. Folders
 * and what file systems do not take are left out.
 */
export function postFileName(dropped: string, now: Date): string {
  const base = (dropped.split(/[/\\]/u).at(-1) ?? '')
    .normalize('NFC')
    .replace(/\.(?:md|markdown)$/iu, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/u, '')
    .slice(0, mostNameChars);
  const isDated = /^\d{4}-\d{2}-\d{2}-./u.test(base);
  return `${isDated ? '' : `${now.toISOString().slice(0, 10)}-`}${base || 'post'}.md`;
}
