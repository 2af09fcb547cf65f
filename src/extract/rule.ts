/** One way to read a value off a context. Rules stand in ordered lists; the name says in `extract --explain` which one spoke. */
export interface Rule<Context, Value> {
  readonly name: string;
  readonly apply: (context: Context) => Value | undefined;
}

/** What a rule list answered, and which rule. */
export interface Ruling<Value> {
  readonly rule: string;
  readonly value: Value;
}

/** The answer of the first rule that has one; undefined when none has. */
export function firstRuling<Context, Value>(
  rules: readonly Rule<Context, Value>[],
  context: Context,
): Ruling<Value> | undefined {
  for (const rule of rules) {
    const value = rule.apply(context);
    if (value !== undefined) return { rule: rule.name, value };
  }
  return undefined;
}
