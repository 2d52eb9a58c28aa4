import { type ComponentProps, type ReactNode, useId } from 'react';

type Shared = { label: string; hint?: ReactNode; problem?: string | undefined };

/** What a labelled control needs to be understood by everyone: its id, and what describes it. */
function useDescription({ hint, problem }: Omit<Shared, 'label'>) {
  const id = useId();
  const note = problem ?? hint;
  return {
    control: {
      id,
      'aria-invalid': problem !== undefined || undefined,
      'aria-describedby': note ? `${id}-note` : undefined,
    },
    note: note ? (
      <span id={`${id}-note`} className={problem ? 'field-problem' : 'field-hint'}>
        {note}
      </span>
    ) : null,
  };
}

/** A line of text with its label and what is wrong with it. */
export function TextField({ label, hint, problem, ...input }: Shared & ComponentProps<'input'>) {
  const { control, note } = useDescription({ hint, problem });
  return (
    <div className="field">
      <label htmlFor={control.id}>{label}</label>
      <input {...control} {...input} />
      {note}
    </div>
  );
}

/** Several lines of text. */
export function TextArea({ label, hint, problem, ...input }: Shared & ComponentProps<'textarea'>) {
  const { control, note } = useDescription({ hint, problem });
  return (
    <div className="field">
      <label htmlFor={control.id}>{label}</label>
      <textarea rows={3} {...control} {...input} />
      {note}
    </div>
  );
}

/** One of a list. */
export function SelectField({ label, hint, problem, ...select }: Shared & ComponentProps<'select'>) {
  const { control, note } = useDescription({ hint, problem });
  return (
    <div className="field">
      <label htmlFor={control.id}>{label}</label>
      <select {...control} {...select} />
      {note}
    </div>
  );
}
