import open from 'open';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** A person reads what is printed. */
  readonly isTerminal: boolean;
}

/** Whether a browser that is opened now would be seen by whoever started the bot. `BROWSER=none` says no, as elsewhere. */
export function canOpenPage({ env, platform, isTerminal }: Surroundings): boolean {
  if (!isTerminal || env.CI || env.BROWSER === 'none' || env.SSH_CONNECTION || env.SSH_TTY) return false;
  const hasScreen = env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined || env.WSL_DISTRO_NAME !== undefined;
  return platform !== 'linux' || hasScreen;
}

/** Opens an address in the browser of whoever started the bot. That it cannot be opened is no failure: it is printed as well. */
export async function openPage(url: string): Promise<void> {
  try {
    const browser = await open(url);
    browser.on('error', () => {});
  } catch {
    // See above.
  }
}
