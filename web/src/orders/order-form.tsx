import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { CreateOrderBody } from '#contract/orders.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { problemsByField } from '../api/errors.ts';
import { configQuery } from '../config/queries.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useCreateOrder } from './queries.ts';

const RADII = [
  { value: '1000', label: '1 km' },
  { value: '2000', label: '2 km' },
  { value: '5000', label: '5 km' },
  { value: '10000', label: '10 km' },
  { value: '25000', label: '25 km' },
] as const;

const TIMES = [
  { value: 'now', label: 'Right away' },
  { value: 'later', label: 'At a time' },
] as const;

type Props = {
  place: Coordinates;
  radius: number;
  onRadius: (radius: number) => void;
  onCreated: (order: OrderView) => void;
};

/** Everything that is said about an order besides its place, which is chosen on the map. */
export function OrderForm({ place, radius, onRadius, onCreated }: Props) {
  const [when, setWhen] = useState<(typeof TIMES)[number]['value']>('now');
  const create = useCreateOrder();
  const { data: config } = useQuery(configQuery);
  const currencies = config?.currencies ?? [];
  const problems = problemsByField(create.error);
  const problemOf = (field: string) =>
    problems.get(field) ?? [...problems].find(([path]) => path.startsWith(`${field}.`))?.[1];

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = bodyOf(new FormData(event.currentTarget), { place, radius });
    create.mutate(body, { onSuccess: ({ order }) => onCreated(order) });
  };

  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label="What do you want to see?"
        name="title"
        required
        maxLength={ORDER_LIMITS.titleLength}
        placeholder="Sunset from the pier"
        problem={problemOf('title')}
      />
      <TextArea
        label="Details for the provider"
        name="description"
        maxLength={ORDER_LIMITS.descriptionLength}
        hint="Optional. Where to stand, what to show, for how long."
        problem={problemOf('description')}
      />
      <div className="form-row">
        <TextField
          label="You pay"
          name="baseAmount"
          inputMode="decimal"
          pattern="\d+([.,]\d+)?"
          title="An amount, such as 25 or 12.50"
          defaultValue="25"
          required
          problem={problemOf('baseAmount')}
        />
        <SelectField
          key={currencies.join()}
          label="Currency"
          name="currency"
          required
          defaultValue={currencies.includes('EUR') ? 'EUR' : currencies[0]}
          problem={problemOf('currency')}
        >
          {currencies.map((code) => (
            <option key={code}>{code}</option>
          ))}
        </SelectField>
      </div>
      <Choice legend="When" showLegend options={TIMES} value={when} onChange={setWhen} />
      {when === 'later' && (
        <TextField
          label="Date and time"
          name="scheduledFor"
          type="datetime-local"
          required
          problem={problemOf('scheduledFor')}
        />
      )}
      <Choice
        legend="Ask providers within"
        showLegend
        options={RADII}
        value={nearest(radius)}
        onChange={(value) => onRadius(Number(value))}
      />
      <details className="more">
        <summary>Address, tags, requirements</summary>
        <div className="form">
          <TextField
            label="Exact address"
            name="address"
            maxLength={ORDER_LIMITS.addressLength}
            hint="Only the provider you choose will see it."
            problem={problemOf('location.address')}
          />
          <TextField
            label="Town or quarter"
            name="locality"
            maxLength={ORDER_LIMITS.localityLength}
            hint="Everyone may see this."
            problem={problemOf('location.locality')}
          />
          <TextField
            label="Tags"
            name="tags"
            hint={`Separated by commas, ${ORDER_LIMITS.tags} at most.`}
            problem={problemOf('tags')}
          />
          <TextArea
            label="Requirements"
            name="requirements"
            hint="One on each line."
            problem={problemOf('requirements')}
          />
        </div>
      </details>
      {create.error && <Problem error={create.error} />}
      <Button type="submit" kind="primary" pending={create.isPending}>
        Post the order
      </Button>
    </form>
  );
}

/** The body of the request; what was left empty is left out. */
function bodyOf(
  fields: FormData,
  { place, radius }: { place: Coordinates; radius: number },
): CreateOrderBody {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const optional = (name: string) => text(name) || null;
  const list = (name: string, separator: RegExp) =>
    text(name)
      .split(separator)
      .map((item) => item.trim())
      .filter(Boolean);
  const scheduledFor = text('scheduledFor');
  return {
    title: text('title'),
    description: optional('description'),
    location: { ...place, address: optional('address'), locality: optional('locality') },
    serviceRadius: radius,
    baseAmount: Number(text('baseAmount').replace(',', '.')),
    currency: text('currency'),
    scheduledFor: scheduledFor ? new Date(scheduledFor).toISOString() : null,
    requirements: list('requirements', /\n/),
    tags: [...new Set(list('tags', /,/).map((tag) => tag.toLowerCase()))],
  };
}

function nearest(radius: number): (typeof RADII)[number]['value'] {
  return RADII.find(({ value }) => Number(value) >= radius)?.value ?? '25000';
}
