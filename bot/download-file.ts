interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * What stands at an address; undefined: more than `maxBytes`, of which no more is read. Throws, without the address, which
 * holds the bot's token.
 */
export async function downloadFile(url: string, { maxBytes, signal }: DownloadOptions): Promise<Buffer | undefined> {
  let response: Response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    response = await fetch(url, { signal, redirect: 'error' });
    if (response.ok) {
      for await (const chunk of response.body ?? []) {
        size += chunk.length;
        // Leaving the loop hangs up.
        if (size > maxBytes) return undefined;
        chunks.push(chunk);
      }
    }
  } catch (error) {
    // The cause says what went wrong with the connection; only the name of the error around it is free of the address.
    throw new Error(`file could not be downloaded (${describeCause(error)})`);
  }
  if (!response.ok) throw new Error(`file could not be downloaded (${response.status})`);
  return Buffer.concat(chunks);
}

function describeCause(error: unknown): string {
  const { name, cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
}
