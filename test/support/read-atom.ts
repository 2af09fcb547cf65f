import { XmlDocument, type XmlNode } from 'libxml2-wasm';

export interface ReadEntry {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly updated: string;
  readonly published: string | undefined;
  readonly author: string;
  readonly categories: readonly string[];
  readonly summary: string | undefined;
  readonly content: string | undefined;
}

export interface ReadFeed {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  readonly self: string;
  readonly alternate: string;
  readonly entries: readonly ReadEntry[];
}

const namespaces = { a: 'http://www.w3.org/2005/Atom' };

/** RFC 4287, section 4.1, as XPath; what does not hold is named. */
const rules: Readonly<Record<string, string>> = {
  'the root is a feed': 'count(/a:feed) = 1',
  'a feed has one id, title and updated':
    'count(/a:feed/a:id) = 1 and count(/a:feed/a:title) = 1 and count(/a:feed/a:updated) = 1',
  'an entry has one id, title and updated':
    'not(//a:entry[count(a:id) != 1 or count(a:title) != 1 or count(a:updated) != 1])',
  'an entry has at most one summary, content and published':
    'not(//a:entry[count(a:summary) > 1 or count(a:content) > 1 or count(a:published) > 1])',
  'there is an author for every entry': 'count(/a:feed/a:author) > 0 or not(//a:entry[not(a:author)])',
  'an author has a name': 'not(//a:author[count(a:name) != 1 or normalize-space(a:name) = ""])',
  'a feed has one link to itself and one to the same elsewhere':
    'count(/a:feed/a:link[@rel = "self"]) = 1 and count(/a:feed/a:link[not(@rel) or @rel = "alternate"]) = 1',
  'an entry has one link to the same elsewhere': 'not(//a:entry[count(a:link[not(@rel) or @rel = "alternate"]) != 1])',
  'a link leads to http(s)': 'not(//a:link[not(starts-with(@href, "http://") or starts-with(@href, "https://"))])',
  'an id is an absolute address without white space':
    'not(//a:id[not(contains(., ":")) or normalize-space(.) != . or contains(., " ")])',
  'no two entries have the same id': 'not(//a:entry/a:id[. = ../preceding-sibling::a:entry/a:id])',
  'a category has a term': 'not(//a:category[not(@term) or @term = ""])',
  'a text is text or escaped HTML':
    'not(//*[self::a:title or self::a:summary or self::a:content][@type and @type != "html" and @type != "text"])',
  'texts have no elements':
    'not(//*[self::a:title or self::a:summary or self::a:content or self::a:id or self::a:updated]/*)',
  'nothing else is in it':
    'not(//*[not(self::a:feed or self::a:entry or self::a:id or self::a:title or self::a:updated or self::a:published or self::a:author or self::a:name or self::a:link or self::a:category or self::a:summary or self::a:content or self::a:generator)])',
};

/** RFC 3339, with a zone. */
const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u;

/** Reads an Atom feed with libxml2, which forgives nothing. Throws when it is no XML, or not as RFC 4287 has it. */
export function readAtom(xml: string): ReadFeed {
  const document = XmlDocument.fromString(xml);
  try {
    for (const [rule, path] of Object.entries(rules))
      if (document.eval(path, namespaces) !== true) throw new Error(`not Atom: ${rule}`);
    const dates = document.find('//a:updated | //a:published', namespaces).map(({ content }) => content);
    const wrong = dates.find((text) => !date.test(text) || Number.isNaN(Date.parse(text)));
    if (wrong !== undefined) throw new Error(`not Atom: ${wrong} is no date`);
    const feed = document.get('/a:feed', namespaces);
    if (!feed) throw new Error('no feed');
    return {
      id: textOf(feed, 'a:id') ?? '',
      title: textOf(feed, 'a:title') ?? '',
      updated: textOf(feed, 'a:updated') ?? '',
      self: textOf(feed, 'a:link[@rel="self"]/@href') ?? '',
      alternate: textOf(feed, 'a:link[@rel="alternate"]/@href') ?? '',
      entries: feed.find('a:entry', namespaces).map((entry) => ({
        id: textOf(entry, 'a:id') ?? '',
        title: textOf(entry, 'a:title') ?? '',
        link: textOf(entry, 'a:link/@href') ?? '',
        updated: textOf(entry, 'a:updated') ?? '',
        published: textOf(entry, 'a:published'),
        author: textOf(entry, 'a:author/a:name') ?? '',
        categories: entry.find('a:category/@term', namespaces).map(({ content }) => content),
        summary: textOf(entry, 'a:summary'),
        content: textOf(entry, 'a:content'),
      })),
    };
  } finally {
    document.dispose();
  }
}

function textOf(node: XmlNode, path: string): string | undefined {
  return node.get(path, namespaces)?.content;
}
