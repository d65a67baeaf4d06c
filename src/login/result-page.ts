import { createHash } from 'node:crypto'

/** What the browser is shown by the loopback listener. */
export type ResultPage = 'done' | 'failed' | 'unexpected' | 'not-found'

interface Content {
  title: string
  text: string
  /** A path in a 24 by 24 box. */
  icon: string
  tone: 'good' | 'bad' | 'quiet'
}

const TICK = 'M6 12.6l4 4 8-9'
const CROSS = 'M7.5 7.5l9 9m0-9l-9 9'
const DASH = 'M7 12h10'

const CONTENTS: Readonly<Record<ResultPage, Content>> = {
  done: {
    title: 'You are logged in',
    text: 'You can close this tab and go back to the terminal.',
    icon: TICK,
    tone: 'good',
  },
  failed: {
    title: 'The login failed',
    text: 'Go back to the terminal: it says what happened.',
    icon: CROSS,
    tone: 'bad',
  },
  unexpected: {
    title: 'This is not the expected answer',
    text: 'authcli did not take it. If you are logging in, go back to the terminal and open the address that it shows.',
    icon: DASH,
    tone: 'quiet',
  },
  'not-found': {
    title: 'There is nothing here',
    text: 'This page belongs to a login of authcli. Go back to the terminal.',
    icon: DASH,
    tone: 'quiet',
  },
}

const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#e3e6eb;--ink:#1b1f27;--soft:#5a6372;--good:#12805c;--good-soft:#e2f4ec;--bad:#b3372f;--bad-soft:#fbe7e5;--quiet:#5a6372;--quiet-soft:#eceff3}
@media(prefers-color-scheme:dark){:root{--page:#12151a;--card:#1a1e25;--line:#2b313b;--ink:#eceff4;--soft:#a3adbd;--good:#5fd3a6;--good-soft:#17352b;--bad:#f2938b;--bad-soft:#3c211f;--quiet:#a3adbd;--quiet-soft:#262c35}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--page);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{width:100%;max-width:26rem;padding:2.5rem 2rem;background:var(--card);border:1px solid var(--line);border-radius:1rem;text-align:center}
svg{display:block;width:3.5rem;height:3.5rem;margin:0 auto 1.25rem;padding:.75rem;border-radius:50%;fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.good{color:var(--good);background:var(--good-soft)}
.bad{color:var(--bad);background:var(--bad-soft)}
.quiet{color:var(--quiet);background:var(--quiet-soft)}
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3;font-weight:650;letter-spacing:-.01em}
p{margin:0;color:var(--soft)}
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * One small page, whole in itself: no script, nothing fetched, nothing in it that came from outside.
 */
export function resultPage(page: ResultPage): string {
  const { title, text, icon, tone } = CONTENTS[page]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – authcli</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<svg class="${tone}" viewBox="0 0 24 24" aria-hidden="true"><path d="${icon}"/></svg>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
}

/** The headers of every answer of the loopback listener: nothing may be stored, framed, run or passed on. */
export function resultPageHeaders(): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Every connection ends with its answer, so that closing the listener waits for nobody.
    connection: 'close',
  }
}
