import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';
import { Params, type UploadedFile } from './params.js';

const maxBodyBytes = 50 * 1024 * 1024;

export interface ApiRequest {
  readonly params: Params;
  /** The same for people to look at: JSON values as sent, text of a form, files as their name and size. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/**
 * The parameters of a call, from its address and from a body of any of the three kinds that the Bot API takes. A body
 * of another kind counts for nothing. Throws ApiError 413 for more than 50 MB and 400 for a body that is broken; there
 * the real server goes on with what it could read so far, which would only hide the mistake of a bot.
 */
export async function readRequest(request: IncomingMessage, query: URLSearchParams): Promise<ApiRequest> {
  const body = await readBody(request);
  const { fields, files } = await decodeBody(body, request.headers['content-type'] ?? '');
  const given = { ...fields, ...Object.fromEntries(query) };
  const texts = Object.entries(given).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const shownFiles = [...files].map(([name, { name: file_name, content }]) => [
    name,
    { file_name, file_size: content.length },
  ]);
  return { params: new Params(new Map(texts), files), shown: { ...given, ...Object.fromEntries(shownFiles) } };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end all the same: whoever is cut off while sending never sees the answer.
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) throw new ApiError(413, 'Request Entity Too Large');
  return Buffer.concat(chunks);
}

interface Body {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

async function decodeBody(body: Buffer, contentType: string): Promise<Body> {
  const kind = contentType.toLowerCase();
  if (body.length > 0 && kind.includes('multipart/form-data')) return await decodeMultipart(body, contentType);
  return { fields: body.length > 0 ? decodeFields(body, kind) : {}, files: new Map() };
}

function decodeFields(body: Buffer, kind: string): Readonly<Record<string, unknown>> {
  if (kind.includes('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(decodeUtf8(body)));
  }
  return kind.includes('application/json') ? decodeJson(decodeUtf8(body)) : {};
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw asBadRequest('strings must be encoded in UTF-8', error);
  }
}

function decodeJson(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw asBadRequest("can't parse JSON object", error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ApiError(400, 'Bad Request: JSON object expected');
}

async function decodeMultipart(body: Buffer, contentType: string): Promise<Body> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (error) {
    throw asBadRequest("can't parse form data", error);
  }
  const fields: Record<string, string> = {};
  const files = new Map<string, UploadedFile>();
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else files.set(name, { name: value.name, type: value.type, content: Buffer.from(await value.arrayBuffer()) });
  }
  return { fields, files };
}

function asBadRequest(reason: string, cause: unknown): ApiError {
  const error = new ApiError(400, `Bad Request: ${reason}`);
  error.cause = cause;
  return error;
}
