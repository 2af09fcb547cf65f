import { createHash } from 'node:crypto';
import type { Document } from './bot-api.js';

/** A file that somebody sent. */
export interface StoredFile {
  readonly document: Document;
  readonly content: Buffer;
  /** Where it can be downloaded, below `/file/bot<token>/`. */
  readonly path: string;
}

export interface NewFile {
  readonly name: string;
  readonly content: Buffer | string;
  /** Guessed by the name when left out. */
  readonly mimeType?: string;
}

const mimeTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  txt: 'text/plain',
  png: 'image/png',
  pdf: 'application/pdf',
};

/** The files that were sent, by the bot and by people. */
export class FileShelf {
  private readonly byId = new Map<string, StoredFile>();

  add({ name, content, mimeType }: NewFile): StoredFile {
    const bytes = Buffer.from(content);
    const number = this.byId.size;
    const extension = /\.(?<extension>[a-z0-9]{1,8})$/iu.exec(name)?.groups?.extension ?? '';
    const document: Document = {
      // As long as Telegram's.
      file_id: `BQACAgIAAxkDAAI${createHash('sha256').update(`${number}`).digest('base64url')}`,
      file_unique_id: `AgAD${createHash('sha256').update(bytes).digest('base64url').slice(0, 12)}`,
      ...(name && { file_name: name }),
      mime_type: mimeType || (mimeTypes[extension.toLowerCase()] ?? 'application/octet-stream'),
      file_size: bytes.length,
    };
    const file = { document, content: bytes, path: `documents/file_${number}${extension && `.${extension}`}` };
    this.byId.set(document.file_id, file);
    return file;
  }

  find(fileId: string): StoredFile | undefined {
    return this.byId.get(fileId);
  }

  findByPath(path: string): StoredFile | undefined {
    return [...this.byId.values()].find((file) => file.path === path);
  }
}
