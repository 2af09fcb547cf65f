export interface MigrationProgress {
  readonly step: 'rows copied' | 'articles read for the index' | 'search index made' | 'rows compared';
  readonly done: number;
  readonly total: number;
}

/** Told now and then. */
export type MigrationListener = (progress: MigrationProgress) => void;
