/** A keyword query that a chat follows. */
export interface Watch {
  readonly id: number;
  /** As typed. */
  readonly text: string;
}
