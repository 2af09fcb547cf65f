import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import type { Addresses } from './addresses.js';

// Short, in Chinese and English, and here instead of bot/locale/: HTTP must not import the bot, its readers are programmers,
// and everything else on the page comes from the descriptions beside the schemas.
const texts = {
  title: '摘报 API',
  intro: '只读接口，只有摘要，不含正文。Read only: summaries, never the text.',
  limits: '搜索一次处理一个；忙时 503，请按 Retry-After 再试。One search at a time; when busy 503 with Retry-After.',
  machine: '给程序看的说明 / for programs: ',
  parameters: '参数 Parameters',
  answer: '回答 Answer',
  failures: '出错时 Failures',
  required: '必填 required',
};

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;
type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
};

/** The page for people: everything on it comes from the OpenAPI document. */
export function renderReference(document: Document, addresses: Addresses) {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, { get }]) => (get ? [{ path, get }] : []));
  return html`<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts.title}</title>
<link rel="stylesheet" href="${addresses.reference}style.css">
</head>
<body>
<main>
<h1>${texts.title}</h1>
<p>${texts.intro}</p>
<p>${texts.limits}</p>
<p>${texts.machine}<a href="${addresses.reference}openapi.json">openapi.json</a></p>
${operations.map(({ path, get }) => renderOperation(path, get, document, addresses))}
</main>
</body>
</html>
`;
}

function renderOperation(path: string, operation: Operation, document: Document, { root }: Addresses) {
  const { summary, description, parameters = [], responses = {} } = operation;
  const found = parameters.filter((parameter): parameter is Parameter => !('$ref' in parameter));
  const failures = Object.entries(responses).filter(([status]) => Number(status) >= 300);
  return html`
<section>
<h2>${summary}</h2>
<p><code>GET ${root}${path}</code></p>
${description === undefined ? '' : html`<p>${description}</p>`}
${
  found.length === 0
    ? ''
    : html`<h3>${texts.parameters}</h3>
<dl>
${found.map(
  (parameter) => html`<dt><code>${parameter.name}</code> ${boundsOf(parameter)}</dt>
<dd>${parameter.description}</dd>
`,
)}</dl>`
}
<h3>${texts.answer}</h3>
${renderAnswer(responses[200], document)}
<h3>${texts.failures}</h3>
<ul>
${failures.map(([status, { description }]) => html`<li><code>${status}</code> ${description}</li>\n`)}</ul>
</section>`;
}

function boundsOf({ required, schema }: Parameter): string {
  const { enum: values, minimum, maximum, default: preset } = (schema ?? {}) as Schema;
  const range = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return [
    ...(required ? [texts.required] : []),
    ...(values ? [values.join(' | ')] : []),
    ...(range ? [`${minimum}–${maximum}`] : []),
    ...(preset !== undefined && preset !== '' ? [`= ${preset}`] : []),
  ].join(' · ');
}

function renderAnswer(response: { readonly content?: unknown } | undefined, document: Document) {
  const [type, { schema }] = Object.entries((response?.content ?? {}) as Record<string, { schema: Schema }>)[0] ?? [
    '',
    { schema: {} },
  ];
  const example = exampleOf(schema, document);
  const shown = typeof example === 'string' ? example : JSON.stringify(example, undefined, 2);
  return html`<p><code>${type}</code></p>
<pre>${shown}</pre>`;
}

/** An answer made of the examples of its parts. */
function exampleOf(schema: Schema, document: Document): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/components/schemas/'.length);
    return exampleOf((document.components?.schemas?.[name] ?? {}) as Schema, document);
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.items) return [exampleOf(schema.items, document)];
  const properties = Object.entries(schema.properties ?? {});
  return Object.fromEntries(properties.map(([name, property]) => [name, exampleOf(property, document)]));
}

/** What the page looks like. The policy of the server allows a style from here, and none inside the page. */
export const referenceStyle = `:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; }
h3 { margin-bottom: 0; font-size: 1rem; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 0.5rem; }
dd { margin: 0 0 0.5rem 1.5rem; }
`;
