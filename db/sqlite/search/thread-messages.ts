import type {
  ArticleLine,
  DayCountRequest,
  DayCounts,
  IndexCheck,
  RisingWord,
  SearchPage,
  SearchRequest,
} from '../../../src/ports.js';
import type { IndexProgress } from './index-writer.js';

/** What the threads are told and tell; see search-store.ts. */

/** Questions to the index, by name: arguments and answer. */
export interface Questions {
  search: { arguments: [SearchRequest]; answer: Omit<SearchPage, 'filling'> };
  byDay: { arguments: [DayCountRequest]; answer: Omit<DayCounts, 'filling'> };
  related: { arguments: [articleId: number, limit: number]; answer: readonly ArticleLine[] };
  rising: { arguments: [now: Date, limit: number]; answer: readonly RisingWord[] };
  check: { arguments: []; answer: IndexCheck };
}

export type Question = keyof Questions;

export interface AskMessage {
  readonly id: number;
  readonly question: Question;
  readonly arguments: readonly unknown[];
  readonly budgetMs: number;
  /** One Int32: not 0 once nobody waits for the answer. */
  readonly cancelled: SharedArrayBuffer;
}

export type AnswerMessage =
  | { readonly id: number; readonly answer: unknown }
  | {
      readonly id: number;
      readonly error: string;
      /** `missing`: there is no index to ask yet. `damaged`: its file is broken. */
      readonly cause: 'missing' | 'damaged' | 'other';
    };

export interface ThreadData {
  readonly databaseFile: string;
}

/** `wake`: articles were stored; `removed`: some were taken away; `damaged`: a search found the file broken. */
export interface IndexCommand {
  readonly kind: 'wake' | 'removed' | 'damaged' | 'rebuild' | 'stop';
}

export type IndexEvent =
  | { readonly kind: 'progress'; readonly progress: IndexProgress }
  | { readonly kind: 'rebuilding'; readonly progress: IndexProgress }
  | { readonly kind: 'rebuilt' }
  /** It goes on trying; who cannot wait that long is told. */
  | { readonly kind: 'failed'; readonly error: string }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly fields: object;
      readonly event: string;
    };
