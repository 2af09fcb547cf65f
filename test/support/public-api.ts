import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Hono } from 'hono';
import { openStores } from '../../db/open-stores.js';
import type { Article } from '../../src/domain/article.js';
import { createGate, searchTurns } from '../../src/gate.js';
import { createHttpApp } from '../../src/http/http-app.js';
import { createPublicApi } from '../../src/http/public-api/public-api.js';
import type { Log, SearchStore, Stores } from '../../src/ports.js';
import { createBrowse } from '../../src/service/browse.js';
import { createPublicArchive } from '../../src/service/public-archive.js';
import { saveAll, silentLog, TestClock } from './builders.js';

export const publicUrl = 'https://news.example/bot';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked against their schema before they are looked into.
  readonly json: any;
}

export interface PublicApiOverrides {
  readonly cursorKey?: string;
  /** In place of the search of the store. */
  readonly search?: (search: SearchStore) => SearchStore;
}

/** The public API over a real database in memory. Every JSON answer is checked against the served OpenAPI document. */
export class PublicApi {
  private constructor(
    readonly stores: Stores,
    readonly app: Hono,
    readonly clock: TestClock,
    // biome-ignore lint/suspicious/noExplicitAny: as it was served
    readonly document: any,
    readonly errors: readonly object[],
  ) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'openapi');
  }

  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  static async start(articles: readonly Article[] = [], over: PublicApiOverrides = {}): Promise<PublicApi> {
    const clock = new TestClock();
    const stores = await openStores('file::memory:', { now: clock.now });
    await saveAll(stores.ingest, 'archive', articles, clock.now(), true);
    const errors: object[] = [];
    const log: Log = { ...silentLog, error: (fields) => errors.push(fields) };
    const search = over.search?.(stores.search) ?? stores.search;
    const browse = createBrowse({ ...stores, search, timeZone: 'Asia/Shanghai' });
    const archive = createPublicArchive({ ...stores, browse });
    const cursorKey = Buffer.from(over.cursorKey ?? 'a key');
    const searchGate = createGate(searchTurns);
    const app = createHttpApp({ mounts: createPublicApi({ archive, publicUrl, cursorKey, searchGate, log }), log });
    const document = await (await app.request('/api/v1/openapi.json')).json();
    return new PublicApi(stores, app, clock, document, errors);
  }

  async save(articles: readonly Article[]): Promise<void> {
    await saveAll(this.stores.ingest, 'archive', articles, this.clock.now(), true);
  }

  /** Throws when an answer is not as the OpenAPI document describes it. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.app.request(path, { headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const json = isJson ? JSON.parse(text) : undefined;
    if (isJson) this.#check(path, response.status, json);
    return { status: response.status, headers: response.headers, text, json };
  }

  /** All pages of a list, `limit` and `cursor` added to its path. */
  // biome-ignore lint/suspicious/noExplicitAny: items of any list
  async getAll(path: string, limit: number, onPage: () => Promise<unknown> = async () => {}): Promise<any[]> {
    const items = [];
    const join = path.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { status, json, text } = await this.get(`${path}${join}limit=${limit}${cursor && `&cursor=${cursor}`}`);
      if (status !== 200) throw new Error(text);
      if (json.items.length > limit) throw new Error('a page is longer than its limit');
      items.push(...json.items);
      cursor = json.nextCursor;
      await onPage();
    }
    return items;
  }

  #check(path: string, status: number, json: unknown): void {
    const { pathname } = new URL(path, publicUrl);
    const described = Object.keys(this.document.paths).find((template) =>
      new RegExp(`^${template.replace(/\./gu, '\\.').replace(/\{.+?\}/gu, '[^/]+')}$`, 'u').test(pathname),
    );
    if (described === undefined && status === 200) return;
    const isDescribed = described !== undefined && this.document.paths[described].get.responses[status] !== undefined;
    const pointer = described?.replace(/\//gu, '~1').replace(/\{/gu, '%7B').replace(/\}/gu, '%7D');
    // What is nobody's plan, such as 500, has the shape of all failures.
    const $ref = isDescribed
      ? `openapi#/paths/${pointer}/get/responses/${status}/content/application~1json/schema`
      : 'openapi#/components/schemas/Error';
    const validate = this.#ajv.getSchema($ref) ?? this.#ajv.compile({ $ref });
    if (!validate(json)) throw new Error(`${path}: ${this.#ajv.errorsText(validate.errors)}`);
  }

  /** What of an example is not as its schema, one line each. */
  checkExample(schemaName: string, example: unknown): string {
    const validate = this.#ajv.compile({ $ref: `openapi#/components/schemas/${schemaName}` });
    return validate(example) ? '' : this.#ajv.errorsText(validate.errors);
  }

  close(): Promise<void> {
    return this.stores.close();
  }
}
