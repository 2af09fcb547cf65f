/** One Markdown file as published, read but not understood yet. */
export interface Post {
  /** Key of the configured source it came from. */
  readonly sourceKey: string;
  /** File name without its folder: YYYY-MM-DD-<id>.md. */
  readonly fileName: string;
  readonly content: string;
}

/** Why a post was refused. One word each, for counting; `detail` says more in a sentence. */
export type RejectReason =
  | 'too-large'
  | 'not-a-file'
  | 'outside-folder'
  | 'unreadable'
  | 'not-utf8'
  | 'no-front-matter'
  | 'script-front-matter'
  | 'bad-front-matter'
  | 'incomplete'
  | 'empty'
  /** The parser itself failed. */
  | 'unparsable';

export interface Rejection {
  readonly reason: RejectReason;
  readonly detail: string;
}
