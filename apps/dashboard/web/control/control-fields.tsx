type FieldProps = Readonly<{ value: string; onValue(value: string): void }>;

export function ReasonField({
  isNeeded,
  value,
  onValue,
}: FieldProps & Readonly<{ isNeeded: boolean }>) {
  return (
    <label>
      Reason{isNeeded ? '' : ' (optional)'}
      <input
        autofocus
        required={isNeeded}
        maxLength={200}
        placeholder="Kept with the device and in the audit"
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}

const durations = ['30m', '1h', '2h', '4h', '8h', '1d', '7d'];

export function DurationField({ value, onValue }: FieldProps) {
  return (
    <label>
      For
      <select value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        <option value="">until it is resumed</option>
        {durations.map((duration) => (
          <option key={duration} value={duration}>
            {duration}, then it resumes by itself
          </option>
        ))}
      </select>
    </label>
  );
}

export function CountField({ count, value, onValue }: FieldProps & Readonly<{ count: number }>) {
  return (
    <label>
      Type {count} to go on
      <input
        inputMode="numeric"
        autocomplete="off"
        required
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}
