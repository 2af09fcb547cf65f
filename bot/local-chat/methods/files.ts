import { badRequest } from '../api-error.js';
import type { StoredFile } from '../file-shelf.js';
import type { Params } from '../params.js';
import type { Method, MethodContext } from './context.js';
import { readContent, sendContent } from './messages.js';

/** UTF-16 units of a caption after parsing. */
const maxCaptionUnits = 1024;
/** The public server gives out no larger files. */
const maxDownloadBytes = 20 * 1024 * 1024;

/** A file of the call itself (multipart) or one that was sent before, by its id. */
export const sendDocument: Method = (params, context) => {
  const source = readContent(params, 'caption');
  return sendContent(params, context, {
    source,
    maxUnits: maxCaptionUnits,
    tooLong: 'message caption is too long',
    document: () => openFile(params, context).document,
  });
};

export const getFile: Method = (params, { world }) => {
  const fileId = params.text('file_id');
  if (fileId === '') throw badRequest('file_id not specified');
  const file = world.files.find(fileId);
  if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
  const { file_id, file_unique_id, file_size } = file.document;
  if (file_size > maxDownloadBytes) throw badRequest('file is too big');
  return { file_id, file_unique_id, file_size, file_path: file.path };
};

function openFile(params: Params, { world }: MethodContext): StoredFile {
  const named = params.text('document');
  const attached = /^attach:\/\/(?<name>.+)$/u.exec(named)?.groups?.name;
  const uploaded = params.file(attached ?? 'document');
  if (uploaded) {
    if (uploaded.content.length === 0) throw badRequest('file must be non-empty');
    const { name, content, type } = uploaded;
    // What a form says of any file, or of one that says nothing, tells less than its name.
    const isSaid = !/^(?:|application\/octet-stream|text\/plain)$/u.test(type);
    return world.files.add({ name, content, ...(isSaid && { mimeType: type }) });
  }
  if (named === '') throw badRequest('there is no document in the request');
  const known = world.files.find(named);
  if (!known) throw badRequest('wrong remote file identifier specified: Wrong string length');
  return known;
}
