import { Dialog } from './dialog.js';
import { useTexts } from './texts.js';

/** How the same bot comes to Telegram. */
export function TelegramDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts();
  return (
    <Dialog title={t.telegramTitle} onClose={onClose}>
      <ol class="steps">
        {t.telegramSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p class="hint dialog-note">{t.telegramNote}</p>
    </Dialog>
  );
}
