import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { LoginBody } from '#contract/auth.ts';
import { api } from '../api/api.ts';
import { problemsByField } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';

/** Signs in; the app around it notices by the tokens. */
export function useSignIn() {
  return useMutation({ mutationFn: (body: LoginBody) => api.signIn('/auth/login', body) });
}

/** Email and password. */
export function SignInForm() {
  const signIn = useSignIn();
  const problems = problemsByField(signIn.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    signIn.mutate({ email: String(fields.get('email')).trim(), password: String(fields.get('password')) });
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        required
        problem={problems.get('email')}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        problem={problems.get('password')}
      />
      {signIn.error && problems.size === 0 && <Problem error={signIn.error} />}
      <Button type="submit" kind="primary" pending={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
