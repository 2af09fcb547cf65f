import { badRequest } from './api-error.js';

export interface UploadedFile {
  readonly name: string;
  /** What the part says it is; may be empty. */
  readonly type: string;
  readonly content: Buffer;
}

/**
 * The parameters of one call. The Bot API knows only text: a number or an object in a JSON body arrives as its JSON,
 * so `null` is the word null and no missing parameter. A missing parameter reads as the empty text.
 */
export class Params {
  constructor(
    private readonly texts: ReadonlyMap<string, string>,
    private readonly files: ReadonlyMap<string, UploadedFile> = new Map(),
  ) {}

  has(name: string): boolean {
    return this.texts.has(name);
  }

  text(name: string): string {
    return this.texts.get(name) ?? '';
  }

  /** A file of a multipart body. */
  file(name: string): UploadedFile | undefined {
    return this.files.get(name);
  }

  /** True for true, yes and 1 (Client::to_bool). */
  flag(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.text(name).trim().toLowerCase());
  }

  /** A whole number kept within the bounds; what is none counts as 0, as the real server reads it. */
  integer(name: string, { preset, min, max }: { preset: number; min: number; max: number }): number {
    const text = this.text(name);
    return Math.min(max, Math.max(min, text === '' ? preset : leadingInteger(text)));
  }

  /** The decoded JSON of a structured parameter; undefined when missing. Throws ApiError 400 with `complaint`. */
  json(name: string, complaint: string): unknown {
    const text = this.text(name);
    if (text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw badRequest(complaint);
    }
  }
}

/** The number that a text starts with, else 0. */
export function leadingInteger(text: string): number {
  return Number(/^-?\d+/.exec(text)?.[0] ?? 0);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is text or a number, as text; undefined when missing. Throws ApiError 400 with the real wording. */
export function optionalText(object: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new FieldError(`Field "${field}" must be of type String`);
}

export function requiredText(object: Readonly<Record<string, unknown>>, field: string): string {
  const value = optionalText(object, field);
  if (value === undefined) throw new FieldError(`Can't find field "${field}"`);
  return value;
}

/** What is wrong inside a structured parameter. The reader of the parameter says where, and makes it a 400. */
export class FieldError extends Error {}

/** Runs `read` and turns what it finds wrong into a 400 that starts with `where`. */
export function readingField<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) throw badRequest(`${where}${error.message}`);
    throw error;
  }
}
