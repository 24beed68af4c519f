import { createHash } from 'node:crypto'

const style = `
body { font: 1.0625rem/1.5 system-ui, sans-serif; margin: 0; color: #1f2a37; background: #f5f6f7 }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .5rem }
button { font: inherit; text-align: left; width: 100%; padding: .75rem 1rem; cursor: pointer;
  color: inherit; background: #fff; border: 1px solid #6b7785; border-radius: .5rem }
button:hover { background: #e6f0ff }
button:focus-visible { outline: 3px solid #0b5fff; outline-offset: 2px }
strong { display: block }
.note { color: #7a2e00 }
`

const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * Headers of a page without scripts. `formTargets`: origins that a form may lead to. Trap: browsers apply `form-action` to
 * the redirects after a form as well, so that the client's own origin must stand there.
 */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
}

/** A page; `content` is HTML that has been escaped. */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}

export function messagePage(title: string, text: string): string {
  return page(title, `<p role="alert">${escapeHtml(text)}</p>`)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')
}
