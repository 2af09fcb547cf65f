/** In which characters Chinese is shown. */
export const scripts = ['simplified', 'traditional'] as const;
export type Script = (typeof scripts)[number];

/** What a summary shows below its head. */
export const details = ['lead', 'outline', 'both'] as const;
export type Detail = (typeof details)[number];

/** How a chat wants what it is shown and sent. */
export interface ChatDisplay {
  /** Pushes arrive without a sound. */
  readonly silent: boolean;
  /** Undefined: as it is printed. */
  readonly script: Script | undefined;
  readonly detail: Detail;
}
