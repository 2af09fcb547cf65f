import { Validator } from '@seriousme/openapi-schema-validator';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublicApi, publicUrl } from '../../../support/public-api.js';

let api: PublicApi;
beforeAll(async () => {
  api = await PublicApi.start();
});
afterAll(() => api.close());

describe('the OpenAPI document', () => {
  it('is one', async () => {
    const result = await new Validator().validate(structuredClone(api.document));
    expect(result).toEqual({ valid: true });
    expect(api.document.servers).toEqual([{ url: publicUrl }]);
  });

  it('describes every address', () => {
    expect(Object.keys(api.document.paths).sort()).toEqual([
      '/api/v1/articles',
      '/api/v1/articles/{id}',
      '/api/v1/articles/{id}/story',
      '/api/v1/categories',
      '/api/v1/categories/{id}',
      '/api/v1/search',
      '/atom/category/{id}.xml',
      '/atom/search.xml',
    ]);
  });

  it('says of every parameter and every part of an answer what it is', () => {
    // biome-ignore lint/suspicious/noExplicitAny: as it was served
    const operations = Object.values<any>(api.document.paths).map(({ get }) => get);
    const parameters = operations.flatMap(({ parameters }) => parameters);
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
    expect(operations.filter(({ summary }) => !summary)).toEqual([]);
  });

  it('has no place for a text', () => {
    const names = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('properties' in value) for (const name of Object.keys(value.properties as object)) names.add(name);
      for (const each of Object.values(value)) collect(each);
    };
    const { Article, Hit } = api.document.components.schemas;
    for (const schema of [Article, Hit]) expect(Object.keys(schema.properties)).not.toContain('text');
    collect(api.document);
    expect(names).toContain('keySentences');
  });
});

describe('the page for people', () => {
  it('has every address, with an example of its answer as the schema has it', async () => {
    const { status, headers, text } = await api.get('/api/v1/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    const page = load(text);
    const sections = page('section')
      .toArray()
      .map((section) => page(section));
    expect(sections.map((section) => section.find('h2 + p').text())).toEqual(
      Object.keys(api.document.paths).map((path) => `GET ${publicUrl}${path}`),
    );
    for (const section of sections) {
      const path = section.find('h2 + p').text().slice(`GET ${publicUrl}`.length);
      const { content } = api.document.paths[path].get.responses[200];
      const schema = content['application/json']?.schema.$ref.split('/').at(-1);
      if (schema) expect([path, api.checkExample(schema, JSON.parse(section.find('pre').text()))]).toEqual([path, '']);
    }
  });

  it('has no script and no style of its own: the policy of the server takes none', async () => {
    const page = load((await api.get('/api/v1/')).text);
    expect(page('script, style, [style]').length).toBe(0);
    expect(page('link[rel="stylesheet"]').attr('href')).toBe(`${publicUrl}/api/v1/style.css`);
    const style = await api.get('/api/v1/style.css');
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });

  it('is found without the slash as well, whatever the request calls the host', async () => {
    const { status, headers } = await api.get('/api/v1', { host: 'evil.example' });
    expect([status, headers.get('location')]).toEqual([301, `${publicUrl}/api/v1/`]);
  });
});
