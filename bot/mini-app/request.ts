import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { ApiFailure } from './protocol.js';

/** What a call says is read by schemas; a call that says something else is answered 400 (`HTTPException`). */

const maxTextChars = 1_000;

export const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/u)
  .transform(Number);

/** What somebody typed. Longer than anything that is meant: no page of ours sends it. */
export const typed = z.string().max(maxTextChars);

export function readQuery<T extends z.ZodType>(context: Context, schema: T): z.output<T> {
  return accept(schema.safeParse(context.req.query()));
}

/** An id in the path. */
export function readId(context: Context, name: string): number {
  return accept(id.safeParse(context.req.param(name)));
}

/** A body that is JSON and says so: no form of another site can send one. */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  if (!/^application\/json\s*(?:;|$)/iu.test(context.req.header('content-type') ?? '')) throw new HTTPException(400);
  return accept(schema.safeParse(parseJson(await context.req.text())));
}

export function fail(
  context: Context,
  status: 400 | 401 | 404 | 409 | 500 | 503,
  error: ApiFailure['error'],
): Response {
  return context.json({ error } satisfies ApiFailure, status);
}

function accept<T>(parsed: z.ZodSafeParseResult<T>): T {
  if (!parsed.success) throw new HTTPException(400);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HTTPException(400);
  }
}
