import { render } from 'preact';
import './app.css';
import { Api, ApiError } from './api.js';
import { App } from './app.js';
import { Closed, Unreached } from './closed.js';
import { askLocalChat, firstHref, type Launch, readLaunch } from './launch.js';
import { followLook } from './look.js';
import { remembered } from './remembered.js';
import { createSession } from './session.js';
import { listenToTelegram, telegram } from './telegram.js';

const root = document.getElementById('root') ?? document.body;

start();

function start(): void {
  const launch = readLaunch(location.hash, storage());
  if (!location.hash.startsWith('#/')) history.replaceState(null, '', firstHref(location.search, launch?.startParam));
  listenToTelegram();
  followLook(launch?.themeParams);
  telegram.open();
  telegram.on('reload_iframe', () => location.reload());
  void open(launch);
}

async function open(known: Launch | undefined): Promise<void> {
  try {
    const launch = known ?? (await askLocalChat());
    if (!launch) return render(<Closed why="outside" />, root);
    const over = () => render(<Closed why="over" />, root);
    const renew = launch.from === 'local' ? async () => (await askLocalChat())?.initData : undefined;
    const api = new Api({ initData: launch.initData, renew, onSessionOver: over });
    const me = await api.me();
    remembered.keep(me);
    const session = createSession(api, me, launch.hasBackButton);
    session.me.subscribe(() => remembered.keep(session.me.get()));
    render(<App session={session} />, root);
  } catch (error) {
    if (error instanceof ApiError && error.fault === 'unauthorised') return;
    render(<Unreached error={error} retry={() => void open(known)} />, root);
  }
}

/** Browsers may refuse it to a page in a frame. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
