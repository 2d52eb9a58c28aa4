import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { RegisterBody } from '#contract/auth.ts';
import { api } from '../api/api.ts';
import { problemsByField } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';

const ROLES = [
  { value: 'creator', label: 'Order streams' },
  { value: 'provider', label: 'Provide them' },
  { value: 'both', label: 'Both' },
] as const satisfies readonly { value: RegisterBody['role']; label: string }[];

/** A new account; who made it is signed in. */
export function RegisterForm() {
  const [role, setRole] = useState<RegisterBody['role']>('creator');
  const register = useMutation({ mutationFn: (body: RegisterBody) => api.signIn('/auth/register', body) });
  const problems = problemsByField(register.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    register.mutate({
      username: String(fields.get('username')).trim(),
      email: String(fields.get('email')).trim(),
      password: String(fields.get('password')),
      role,
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Choice legend="I want to" showLegend options={ROLES} value={role} onChange={setRole} />
      <TextField
        label="Username"
        name="username"
        autoComplete="nickname"
        minLength={3}
        maxLength={30}
        required
        problem={problems.get('username')}
      />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="email"
        required
        problem={problems.get('email')}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={8}
        required
        hint="At least 8 characters."
        problem={problems.get('password')}
      />
      {register.error && problems.size === 0 && <Problem error={register.error} />}
      <Button type="submit" kind="primary" pending={register.isPending}>
        Create account
      </Button>
    </form>
  );
}
