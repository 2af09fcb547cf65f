import { useId } from 'preact/hooks';

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly text: string }[];
  /** The label is read out, but not seen. */
  readonly hidesLabel?: boolean;
  onChoose(value: T): void;
}

/** A choice of few, side by side. */
export function Segments<T extends string>({ label, value, choices, hidesLabel = true, onChoose }: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class={hidesLabel ? 'unseen' : undefined}>{label}</legend>
      <div class="segments-choices">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChoose(choice.value)}
            />
            <span>{choice.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
