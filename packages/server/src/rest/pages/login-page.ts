import { CSRF_FORM_FIELD } from '../../auth/csrf.ts'
import { html, page } from './page.ts'

/** The form that people sign in with. */
export function loginPage({
  token,
  next,
  problem,
}: {
  token: string
  next: string
  problem: string | undefined
}): string {
  return page(
    'Sign in · Alyx',
    html`<h1>Sign in</h1>
<p class="lead">To look at the data of the laboratory in the browser.</p>
${problem && html`<p class="error" role="alert">${problem}</p>`}
<form class="card" method="post" action="/auth/login/">
<input type="hidden" name="${CSRF_FORM_FIELD}" value="${token}"><input type="hidden" name="next" value="${next}">
<label>Name<input name="username" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>`,
  )
}
