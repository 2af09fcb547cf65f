/** What a block of a post turned out to be. */
export type Role =
  | 'paragraph'
  | 'heading'
  | 'subheading'
  | 'title'
  | 'byline'
  | 'dateline'
  | 'source'
  | 'editor'
  | 'caption'
  | 'box'
  | 'digest'
  | 'signature'
  | 'credit'
  | 'widget';

/** One line of a post as a reader sees it: a paragraph, a heading, a list item, a table row. */
export interface Block {
  /** Clean text: no markup, one space where there were several, nothing at the ends. Never empty. */
  readonly text: string;
  /** 1 to 6 for h1 to h6 and for Markdown headings, else 0. */
  readonly headingTag: number;
  readonly isStrong: boolean;
  /** Visible characters at its start that are set bold while the rest is not; 0 for none and for a block all bold. */
  readonly strongLead: number;
  readonly isCentered: boolean;
  /** A `> ` quote of the Markdown, not an HTML blockquote. */
  readonly isQuote: boolean;
  readonly isListItem: boolean;
  readonly isTableRow: boolean;
  /** The em_media line. */
  readonly isMediaLine: boolean;
  /** Marked as a caption by element or class. */
  readonly isCaption: boolean;
  /** An image stands directly before it, in the same element or the one before. */
  readonly followsImage: boolean;
  /** An image stands in the same paragraph before the text. */
  readonly sharesImage: boolean;
  /** Share of its characters that stand in links, 0 to 1. */
  readonly linkShare: number;
  /** Set by the rules, in order; a block starts as a paragraph that no rule spoke about. */
  role: Role;
  rule: string;
}
